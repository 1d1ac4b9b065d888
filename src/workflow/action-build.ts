import { inputOf, overridesIn, pairOf } from "./build-input.ts";
import type { ContainerBuild, PlacedStep } from "./container-build.ts";
import { linesOf, type SourcedText, sliceText } from "./sourced-text.ts";

const actions: Readonly<Record<string, ContainerBuild["how"]>> = {
  "docker/build-push-action": "build-push-action",
  // made to stand in its place, with the same inputs
  "depot/build-push-action": "build-push-action",
  "useblacksmith/build-push-action": "build-push-action",
  "docker/bake-action": "bake-action",
};

/** Docker's own actions that build. */
export function actionBuild({ job, step }: PlacedStep): ContainerBuild[] {
  const action = step?.uses?.text.split("@", 1)[0]?.toLowerCase() ?? "";
  const how = actions[action];
  if (step === undefined || how === undefined) return [];
  const linesFor = (...names: string[]) =>
    step.with
      .filter((entry) => names.includes(entry.name.text))
      .flatMap(({ name, value }) =>
        value === undefined ? [] : linesOf(value).map((line) => ({ line: unquoted(line), by: name.text })),
      );
  const args = linesFor("build-args").flatMap(({ line, by }) => pairOf(line, line, by));
  const overrides = overridesIn(how === "bake-action" ? linesFor("set") : []);
  const secrets = linesFor("secrets", "secret-envs", "secret-files").flatMap(({ line, by }) => {
    const equals = line.text.indexOf("=");
    if (equals < 0) return [];
    return [inputOf(line, line.text.slice(0, equals), sliceText(line, equals + 1, line.text.length), by)];
  });
  const { start, end } = step;
  return [
    {
      how,
      label: action,
      start,
      end,
      args: [...args, ...overrides.args],
      secrets: [...secrets, ...overrides.secrets],
      job,
      step,
      scripts: [],
      command: undefined,
    },
  ];
}

/** A line in quotes of its own, as CSV inputs may have it. */
function unquoted(line: SourcedText): SourcedText {
  const { text } = line;
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? sliceText(line, 1, text.length - 1) : line;
}
