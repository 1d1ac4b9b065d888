import type { Fault, Faults, Path } from "./fault.ts";

/** How many faults are told beside the first one: a file of another kind would have no end. */
const most = 3;

/**
 * Faults as one error: the first one, what to do about it, and the next ones in few words.
 *
 * @param told `way`: where the value itself stands, from which on paths are shown; `first` and `next`: what is said before
 * a fault, by the path of what it is about
 */
export function tellFaults(
  faults: Faults,
  told: {
    readonly way?: Path;
    readonly first: (path: Path) => string;
    readonly next: (path: Path) => string;
    /** Where the fault itself does not tell what to do. */
    readonly remedy: (fault: Fault) => string;
  },
): { readonly message: string; readonly remedy: string } {
  const [first, ...others] = faults;
  const { way = [] } = told;
  const sentence = (fault: Fault) => `${whatOf(fault)}${whereOf([...way, ...fault.path])}`;
  const placed = (fault: Fault) => [...way, ...pathOf(fault)];
  const next = others.slice(0, most).map((fault) => `${told.next(placed(fault))}${sentence(fault)}${hintOf(fault)}`);
  const left = others.length - next.length;
  const also = [...next, ...(left === 0 ? [] : [`${left} more`])].join("; ");
  const remedy = remedyOf(first) ?? told.remedy(first);
  return {
    message: `${told.first(placed(first))}${sentence(first)}`,
    remedy: also === "" ? remedy : `${remedy.replace(/(?<![.?!])$/, ".")} Also ${also}`,
  };
}

function whatOf(fault: Fault): string {
  switch (fault.kind) {
    case "unknown":
      return `unknown key \`${fault.key}\``;
    case "missing":
      return `${fault.keys.map((key) => `\`${key}\``).join(" or ")} is missing`;
    case "beside":
      return `\`${fault.key}\` beside \`${fault.other}\``;
    case "wrong":
      return fault.what;
  }
}

function remedyOf(fault: Fault): string | undefined {
  if (fault.kind === "beside") return "Take one of them out";
  if (fault.kind !== "unknown") return fault.remedy;
  return fault.meant === undefined ? undefined : `Did you mean \`${fault.meant}\`?`;
}

/** Of a fault that is told in few words. */
function hintOf(fault: Fault): string {
  return fault.kind === "unknown" && fault.meant !== undefined ? ` (\`${fault.meant}\`?)` : "";
}

/** The path of what a fault is about; where a key is missing it is the place that it is missing in. */
export function pathOf(fault: Fault): Path {
  return "key" in fault ? [...fault.path, fault.key] : fault.path;
}

function whereOf(path: Path): string {
  return path.length === 0 ? "" : ` in \`${printPath(path)}\``;
}

function printPath(path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? String(step) : `${text}.${String(step)}`,
    "",
  );
}
