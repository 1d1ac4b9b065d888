import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Edit } from "../dockerfile/insertion.ts";
import type { Flag, Instruction } from "../dockerfile/instruction.ts";
import { placeInBody } from "../dockerfile/shell/place.ts";
import type { Step } from "../dockerfile/step.ts";
import type { BodyRange } from "./body-cut.ts";
import { editFlags } from "./flag-edit.ts";
import { cutLines } from "./line-cut.ts";
import { editWords } from "./word-edit.ts";

/** One change of a Dockerfile. */
export type Change = StepChange | VariableChange;

export type StepChange = {
  readonly kind: "step";
  readonly step: Step;
  /** Its mounts that go. */
  readonly drop: readonly Flag[];
  /** What of its body goes, in order. */
  readonly cuts: readonly BodyRange[];
  /** What comes into its body. */
  readonly insert: readonly { readonly at: number; readonly text: string }[];
  /** What it is granted instead, as a `# buildseal:` comment would say it; undefined: nothing. */
  readonly grant: string | undefined;
};

/** Names that an ARG or ENV no longer sets; an instruction without any left goes whole. */
export type VariableChange = {
  readonly kind: "variables";
  readonly instruction: Instruction;
  readonly names: ReadonlySet<string>;
};

/** The edits that make the changes, in order. `mounts`: what each step gets. */
export function editsOf(
  dockerfile: Dockerfile,
  changes: readonly Change[],
  mounts: (step: Step) => readonly string[],
): Edit[] {
  const edits = changes.flatMap((change) =>
    change.kind === "variables" ? editWords(dockerfile, change) : editStep(dockerfile, change, mounts(change.step)),
  );
  return edits.sort((a, b) => a.start - b.start || a.end - b.end);
}

function editStep(dockerfile: Dockerfile, change: StepChange, mounts: readonly string[]): Edit[] {
  const { step, drop, cuts, insert } = change;
  const place = (from: number, to: number) => placeInBody(step.instruction, step.run, from, to);
  const flags = editFlags(dockerfile, step.run, drop, mounts);
  const gone = [...flags.gone, ...cuts.map(({ from, to }) => place(from, to))];
  return [
    ...flags.edits,
    ...joined(dockerfile, gone).flatMap(({ start, end }) => cutLines(dockerfile, start, end)),
    ...insert.map(({ at, text }) => {
      // right after the character before it, on that one's own line
      const { end } = place(at - 1, at);
      return { start: end, end, text };
    }),
  ];
}

/** What goes side by side goes as one, with the blanks between. */
function joined({ text }: Dockerfile, ranges: readonly Range[]): Range[] {
  const together: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = together.at(-1);
    if (last !== undefined && /^[ \t]*$/.test(text.slice(last.end, range.start))) {
      together[together.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else together.push(range);
  }
  return together;
}

type Range = { readonly start: number; readonly end: number };

/** The text with the edits made. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let copied = 0;
  for (const edit of edits) {
    if (edit.start < copied) throw new Error("two edits of a migration overlap");
    parts.push(text.slice(copied, edit.start), edit.text);
    copied = edit.end;
  }
  parts.push(text.slice(copied));
  return parts.join("");
}
