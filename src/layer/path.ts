/**
 * A path inside a layer as it is after unpacking: from the root, no `.`, no `..` that leads out, no slash at either end.
 */
export function cleanPath(name: string): string {
  const start = name.startsWith("./") ? 2 : 0;
  const end = name.endsWith("/") ? name.length - 1 : name.length;
  const plain = name.slice(start, end);
  if (!/(?:^|\/)(?:\.{0,2})(?:\/|$)/.test(plain)) return plain;
  const parts: string[] = [];
  for (const part of plain.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
