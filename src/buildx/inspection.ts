import { splitPair } from "./csv-record.ts";

/** What `docker buildx inspect` prints. */
export type Inspection = {
  readonly name: string;
  /** Empty where the engine of a default builder cannot be reached. */
  readonly driver: string;
  readonly error?: string;
  readonly nodes: readonly InspectedNode[];
};

export type InspectedNode = {
  readonly name: string;
  /** The name of a Docker context, or an address. */
  readonly endpoint: string;
  /** running, inactive, stopped, …; empty with an error. */
  readonly status: string;
  readonly error?: string;
  readonly buildkit?: string;
  readonly platforms: readonly string[];
  /** Driver options: `image`, `network`, `cacert`, … */
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
};

/**
 * Reads the text, which has no other form (0.10 to 0.36): `Key: value` lines, the builder's, then after `Nodes:` each
 * node's from its `Name:` on; what belongs to a key that is a heading (`Labels:`) is indented. Source: buildx
 * `commands/inspect.go`.
 */
export function parseInspection(text: string): Inspection {
  const builder: Record<string, string> = {};
  const nodes: { fields: Record<string, string>; labels: Record<string, string> }[] = [];
  let heading = "";
  let isNodes = false;
  for (const line of text.split("\n")) {
    const [, indent = "", key = "", value = ""] = /^([ \t]*)(\S[^:]*(?::(?!\s|$)[^:]*)*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === "") continue;
    const node = nodes.at(-1);
    if (indent !== "") {
      if (heading === "Labels" && node !== undefined) node.labels[key] = value;
      continue;
    }
    heading = key;
    if (key === "Nodes") isNodes = true;
    else if (!isNodes) builder[key] = value;
    else if (key === "Name") nodes.push({ fields: { Name: value }, labels: {} });
    else if (node !== undefined) node.fields[key] = value;
  }
  return {
    name: builder["Name"] ?? "",
    driver: builder["Driver"] ?? "",
    ...(builder["Error"] !== undefined && { error: builder["Error"] }),
    nodes: nodes.map(({ fields, labels }) => {
      const buildkit = fields["BuildKit version"] ?? fields["Buildkit version"] ?? fields["Buildkit"];
      return {
        name: fields["Name"] ?? "",
        endpoint: fields["Endpoint"] ?? "",
        status: fields["Status"] ?? "",
        ...(fields["Error"] !== undefined && { error: fields["Error"] }),
        ...(buildkit !== undefined && { buildkit }),
        // A star marks a platform that was set by hand.
        platforms: (fields["Platforms"] ?? "").split(/,\s*/).flatMap((name) => name.replace(/\*$/, "") || []),
        options: parseOptions(fields["Driver Options"] ?? ""),
        labels,
      };
    }),
  };
}

/** `key="value" key="value"`, the values as Go's %q writes them, which for our purposes is JSON. */
function parseOptions(text: string): Record<string, string> {
  const pairs = text.match(/\S+?="(?:[^"\\]|\\.)*"/g) ?? [];
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, quoted] = splitPair(pair)!;
      return [key, unquote(quoted)];
    }),
  );
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted.slice(1, -1);
  }
}
