/** What is wrong with an XML document's form (XML 1.0, "Well-Formed XML Documents"); undefined: nothing. */
export function xmlProblem(document: string): string | undefined {
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(document)) return "a character that XML cannot hold";
  const open: string[] = [];
  let roots = 0;
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  for (const part of body.match(/<[^>]*>|[^<]+|</g) ?? []) {
    const entity = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/.exec(part);
    if (entity !== null) return `a bare & in ${part}`;
    if (!part.startsWith("<")) {
      if (open.length === 0 && part.trim() !== "") return `text outside of the root: ${part}`;
      continue;
    }
    const tag = /^<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>$/.exec(part);
    if (tag === null) return `no tag: ${part}`;
    const [, end, name = "", attributes = "", alone] = tag;
    const names = [...attributes.matchAll(/([a-z]+)="/g)].map((match) => match[1]);
    if (new Set(names).size < names.length) return `an attribute twice: ${part}`;
    if (end === "/") {
      if (open.pop() !== name) return `${part} closes another`;
      continue;
    }
    if (open.length === 0 && roots++ > 0) return "two roots";
    if (alone !== "/") open.push(name);
  }
  return open.length > 0 ? `${open.join(", ")} not closed` : roots === 1 ? undefined : "no root";
}
