import { SealError } from "../../error.ts";
import type { Environment } from "../../identity/host.ts";
import { plain } from "../../identity/quoted.ts";
import { nearest } from "../../nearest.ts";
import { Secret } from "../../secret/secret.ts";
import { runnerLifeOf } from "../runner.ts";
import type { Source, SourceHost } from "../source.ts";
import { isUnfilled } from "../unfilled.ts";
import { boxValue, lifetimeOf, lineBreakNotices } from "../value.ts";

export type ActionsSecretsSourceOptions = { readonly names: readonly string[] };

const allVariable = "ALL_SECRETS";
const prefix = "SECRET_";

/**
 * Secrets of a GitHub workflow, by an explicit list of names: from `ALL_SECRETS` (what `toJSON(secrets)` gives) or from
 * `SECRET_<NAME>` variables. They are as they were when the job began.
 */
export function createActionsSecretsSource(
  name: string,
  { names }: ActionsSecretsSourceOptions,
  host: SourceHost,
): Source {
  const variables = names.map(variableOf);
  return {
    kind: "actions-secrets",
    renewal: "never",
    watch: [],
    variables: [...new Set([allVariable, ...variables])],
    mint: async () => {
      refuseCollisions(name, names);
      const all = readAll(name, host.environment[allVariable]);
      const found = names.map((one) => find(one, all, host.environment));
      const problems = found.flatMap((one) => (one.kind === "found" ? [] : [one.problem]));
      if (problems.length > 0) throw missing(name, problems, host);
      const texts = new Map(found.flatMap((one) => (one.kind === "found" ? [[one.variable, one.text] as const] : [])));
      const fields = new Map(
        [...texts].map(([variable, text]) => [variable, box(`${name}-${variable}`, variable, text)]),
      );
      const lives = [...fields].map(([variable, value]) => lifetimeOf(value, placeOf(variable), host.now()));
      const ends = lives.flatMap(({ expiresAt }) => expiresAt ?? []).map(Number);
      return {
        value: wholeOf(name, texts),
        fields,
        ...(ends.length > 0 && { expiresAt: new Date(Math.min(...ends)) }),
        reach: names.join(", "),
        notices: noticesOf(fields, host.environment),
      };
    },
  };
}

/** As reusable workflows map names to variables: upper case, and `_` for what a variable's name cannot have. */
function variableOf(name: string): string {
  return `${prefix}${name.toUpperCase().replaceAll("-", "_")}`;
}

/** One secret is itself; several are one JSON object, which every language reads back exactly. */
function wholeOf(name: string, texts: ReadonlyMap<string, string>): Secret {
  const [only] = texts.values();
  return new Secret(name, texts.size === 1 ? only! : `${JSON.stringify(Object.fromEntries(texts))}\n`);
}

function refuseCollisions(name: string, names: readonly string[]): void {
  const byVariable = Map.groupBy(names, variableOf);
  for (const [variable, same] of byVariable) {
    if (same.length === 1) continue;
    const message = `The names ${same.join(" and ")} of the secret ${name} become one variable, ${variable}: one would hide the other.`;
    throw new SealError(
      "SOURCE",
      message,
      "List each of them once; rename one in the repository's settings if they differ.",
    );
  }
}

type All = ReadonlyMap<string, unknown>;

/** @throws SealError SOURCE without a word of what is in it */
function readAll(name: string, text: string | undefined): All | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {}
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
  const what = isUnfilled(text) ? "is an expression that nobody filled in" : "is not one JSON object";
  const message = `The variable ${allVariable}, which the secret ${name} is read from, ${what}.`;
  throw new SealError("SOURCE", message, `Leave it out, or set it in the step: ${howTo}.`);
}

const howTo = `\`env: { ${prefix}NAME: "$\{{ secrets.NAME }}" }\` with one line for each, or ${allVariable} with toJSON(secrets)`;

type Found =
  | { readonly kind: "found"; readonly variable: string; readonly text: string }
  | { readonly kind: "problem"; readonly problem: string };

function find(name: string, all: All | undefined, environment: Environment): Found {
  const variable = variableOf(name);
  const problem = (clause: string): Found => ({ kind: "problem", problem: `${name} ${clause}` });
  const listed = all?.get(name);
  if (listed !== undefined && typeof listed !== "string") return problem("is not a text");
  const own = environment[variable];
  if (listed === undefined && own === undefined) {
    const near = nearName(name, all, environment);
    return problem(near === undefined ? "is not there" : `is not there (did you mean ${near}?)`);
  }
  if (listed !== undefined && own !== undefined && listed !== own) {
    return problem(`is one thing in ${allVariable} and another in ${variable}`);
  }
  const text = listed ?? own!;
  if (text.trim() === "") return problem(text === "" ? "is empty" : "holds nothing but blanks");
  if (isUnfilled(text)) return problem("is an expression that nobody filled in");
  return { kind: "found", variable, text };
}

/** First what differs in its case or hyphens alone, as that is what a workflow turns into an empty text. */
function nearName(name: string, all: All | undefined, environment: Environment): string | undefined {
  const others = Object.keys(environment)
    .filter((variable) => variable.toUpperCase().startsWith(prefix))
    .map((variable) => variable.slice(prefix.length));
  const known = [...(all?.keys() ?? []), ...others];
  const near = known.find((one) => variableOf(one) === variableOf(name)) ?? nearest(name, known);
  return near === undefined ? undefined : plain(near, 80);
}

function missing(name: string, problems: readonly string[], { trust, environment }: SourceHost): SealError {
  const message = `The secret ${name} cannot be read from the workflow's secrets: ${problems.join("; ")}.`;
  if (trust === "fork") {
    const remedy = "This looks like a fork's pull request, which GitHub gives no secrets: leave this grant out there.";
    return new SealError("SOURCE", message, remedy);
  }
  if (environment["GITHUB_ACTOR"] === "dependabot[bot]") {
    const remedy =
      "This is Dependabot's run, which GitHub gives Dependabot's own secrets: store it there too, or leave this grant out.";
    return new SealError("SOURCE", message, remedy);
  }
  return new SealError("SOURCE", message, `Check the names (case counts), and that the step passes them: ${howTo}.`);
}

function placeOf(variable: string): string {
  return `The workflow's secret ${variable.slice(prefix.length)}`;
}

function box(name: string, variable: string, text: string): Secret {
  return boxValue(name, new TextEncoder().encode(text), placeOf(variable));
}

function noticesOf(fields: ReadonlyMap<string, Secret>, environment: Environment): readonly string[] {
  const notices = [...fields].flatMap(([variable, value]) => lineBreakNotices(value, placeOf(variable)));
  const life = runnerLifeOf(environment);
  if (life !== "kept" && life !== "unknown") return notices;
  const runner =
    life === "kept"
      ? "This runner stays after the job"
      : "This runner is self-hosted, and nothing says that it goes with the job";
  return [
    ...notices,
    `${runner}: secrets of a workflow live until somebody changes them, and what a job leaves behind the next one finds. Use an ephemeral runner, or an identity instead.`,
  ];
}
