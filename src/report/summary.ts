import { describeDuration } from "../identity/duration.ts";
import type { Encoding } from "../secret/encoding.ts";
import { megabytes, plural } from "./amount.ts";
import { printable } from "./printable.ts";

/** A build as it went: everything that is said of it, without one value. */
export type BuildSummary = {
  readonly steps: readonly {
    readonly label: string;
    readonly line: number;
    /** `not reached`: the build ended before it, or its result was not needed. */
    readonly ran: "ran" | "from the cache" | "not reached";
    readonly gets: readonly { readonly what: string; readonly form: string; readonly mounts: readonly string[] }[];
  }[];
  readonly secrets: readonly {
    readonly name: string;
    readonly from: string;
    /** What can be reached with it. */
    readonly reach: string | undefined;
    readonly lifeLeftMs: number | undefined;
    readonly renewals: number;
    /** What its issuer was asked for in the end; undefined where it cannot end it: then it lives on. */
    readonly end?: "revoked" | "not-revoked" | "lives" | undefined;
    readonly steps: number;
  }[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly masked: readonly {
    readonly name: string;
    readonly encoding: Encoding;
    readonly count: number;
    readonly step: string;
  }[];
  readonly searched:
    | {
        readonly layers: number;
        readonly bytes: number;
        readonly files: number;
        readonly platforms: readonly string[];
        readonly values: number;
        /** How many of the layers were not unpacked again, for they are on record as searched for the same. */
        readonly onRecord: number;
      }
    | undefined;
  readonly unproven: readonly string[];
  readonly published: readonly string[];
  readonly result: "clean" | "leak" | "incomplete" | "refused" | "not searched" | "failed";
  readonly status: number;
};

/** The six lines at a build's end; of a build in which nothing was granted only those that say something. */
export function printSummary(summary: BuildSummary): string {
  const rows = summaryRows(summary);
  return `${rows.map(([name, text]) => `buildseal  ${name.padEnd(9)}${printable(text)}`).join("\n")}\n`;
}

/** The same, each with its name. */
export function summaryRows(summary: BuildSummary): readonly (readonly [string, string])[] {
  const isGranting = summary.steps.length + summary.secrets.length + summary.leftOut.length > 0;
  const rows: [string, string][] = [
    ["steps", stepsText(summary)],
    ["secrets", secretsText(summary)],
    ["renewed", renewedText(summary)],
    ["masked", maskedText(summary)],
    ["searched", searchedText(summary)],
    ["result", resultText(summary)],
  ];
  return isGranting ? rows : rows.filter(([name]) => name === "result" || name === "searched");
}

function stepsText({ steps, unproven }: BuildSummary): string {
  if (steps.length === 0) return "none was granted anything";
  const count = (kind: string) => steps.filter(({ ran }) => ran === kind).length;
  const cached = count("from the cache");
  const parts = [`${count("ran")} ran`];
  if (cached > 0)
    parts.push(`${cached} from the cache${unproven.length === 0 ? "" : `, ${unproven.length} of them not proven`}`);
  if (count("not reached") > 0) parts.push(`${count("not reached")} not reached`);
  return `${steps.length} granted: ${parts.join("; ")}`;
}

function secretsText({ secrets, leftOut }: BuildSummary): string {
  const issued = secrets.map((secret) => `${secretText(secret)} to ${plural(secret.steps, "step")}`);
  const missing = leftOut.map(({ name, reason }) => `no ${name}: ${reason}`);
  return [...issued, ...missing].join("; ") || "none";
}

/** A secret, where it came from, what it reaches, and what became of it. */
export function secretText({
  name,
  from,
  reach,
  lifeLeftMs,
  end,
}: Omit<BuildSummary["secrets"][number], "steps">): string {
  const left = lifeLeftMs === undefined ? "no known end" : `${describeDuration(lifeLeftMs)} left`;
  const life = end === "revoked" ? "revoked" : end === "not-revoked" ? `NOT revoked, ${left}` : left;
  return `${name} (${[from, reach, life].filter((part) => part !== undefined).join(", ")})`;
}

export function renewedText({
  secrets,
}: {
  readonly secrets: readonly Pick<BuildSummary["secrets"][number], "name" | "renewals">[];
}): string {
  const renewed = secrets.filter(({ renewals }) => renewals > 0);
  return renewed.map(({ name, renewals }) => `${name} ${plural(renewals, "time")}`).join(", ") || "nothing had to be";
}

function maskedText({ masked }: BuildSummary): string {
  if (masked.length === 0) return "nothing: no value was printed";
  const shown = masked.slice(0, 3).map(({ name, encoding, count, step }) => {
    const how = encoding === "raw" ? "" : ` as ${encoding}`;
    return `${name}${how} ${plural(count, "time")} in ${step}`;
  });
  return [...shown, ...(masked.length > 3 ? [`${masked.length - 3} more`] : [])].join("; ");
}

function searchedText({ searched }: BuildSummary): string {
  if (searched === undefined) return "nothing";
  const { layers, bytes, files, platforms, values, onRecord } = searched;
  const of = platforms.length > 1 ? ` for ${platforms.length} platforms` : "";
  const passed =
    onRecord === 0
      ? ""
      : `; ${onRecord} of the layers ${onRecord === 1 ? "is" : "are"} on record as searched for the same`;
  return `${plural(layers, "layer")}${of}, ${plural(files, "file")}, ${megabytes(bytes)} for ${plural(values, "value")} and patterns${passed}`;
}

function resultText({ result, published, unproven }: BuildSummary): string {
  const what = published.join("; ");
  switch (result) {
    case "clean":
      return `${unproven.length === 0 ? "clean" : "clean as far as is known: steps from the cache are not proven"}${what === "" ? "" : `; ${what}`}`;
    case "leak":
      return what === "" ? "LEAK: nothing was published" : `LEAK, and all the same (scan: warn): ${what}`;
    case "incomplete":
      return what === ""
        ? "not everything could be read: nothing was published"
        : `not everything could be read, and all the same (scan: warn): ${what}`;
    case "refused":
      return what === ""
        ? "steps from the cache are not proven, which is refused: nothing was published"
        : `steps from the cache are not proven, and all the same (scan: warn): ${what}`;
    case "not searched":
      return "built, not searched";
    case "failed":
      return "Docker's build failed";
  }
}
