import type { CiStep } from "../document.ts";
import { scriptOf } from "../script.ts";
import { namedTexts } from "../yaml/entry.ts";
import { asMap, asText, entryAt, valueAt, type YamlValue } from "../yaml/yaml-value.ts";

/** The steps of a job or of a composite action. `shell`: the one that holds where a step names none. */
export function readSteps(value: YamlValue | undefined, shell: string | undefined): CiStep[] {
  if (value?.kind !== "list") return [];
  return value.items.flatMap((item) => {
    const map = asMap(item);
    if (map === undefined) return [];
    const uses = asText(valueAt(map, "uses"));
    const inputs = namedTexts(valueAt(map, "with"));
    // an action that runs a command again and again
    const repeated = /^nick-(?:fields|invision)\/retry@/.test(uses?.text ?? "") ? inputs : [];
    const run = asText(valueAt(map, "run")) ?? repeated.find((entry) => entry.name.text === "command")?.value;
    const env = entryAt(map, "env");
    const own = asText(valueAt(map, "shell"))?.text ?? shell;
    return [
      {
        start: item.start,
        end: item.end,
        name: asText(valueAt(map, "name")),
        uses,
        with: inputs,
        env: namedTexts(env?.value),
        envBlock: env?.block && env.value?.kind === "map" && !env.value.flow ? env : undefined,
        scripts: run === undefined ? [] : [scriptOf(run, { posix: isPosix(own), templated: true })],
        condition: asText(valueAt(map, "if")),
      },
    ];
  });
}

/** Nothing said: bash, or sh where there is none. */
function isPosix(shell: string | undefined): boolean {
  return shell === undefined || /^(?:\S*\/)?(?:ba|da|z|k|a)?sh\b/.test(shell);
}
