import type { Dockerfile } from "../dockerfile/dockerfile.ts";

/** Where a template names one of some variables outside of every instruction that is known: in a macro, say. Once a line. */
export function namedWhereNothingIsRead(
  { text, template, pieces }: Dockerfile,
  names: ReadonlySet<string>,
): { readonly line: number; readonly name: string }[] {
  if (template === undefined) return [];
  const pattern = new RegExp(`(?<!\\w)(?:${[...names].join("|")})(?!\\w)`);
  const found: { line: number; name: string }[] = [];
  let number = 0;
  for (const { kind, start, end } of pieces) {
    const isUnread = kind === "unread" || kind === "template";
    for (let at = start; at < end; number++) {
      const newline = text.indexOf("\n", at);
      const next = newline < 0 || newline >= end ? end : newline + 1;
      const line = isUnread ? text.slice(at, next) : "";
      const name = /^\s*#/.test(line) ? undefined : pattern.exec(line)?.[0];
      if (name !== undefined) found.push({ line: number + 1, name });
      at = next;
    }
  }
  return found;
}
