/**
 * The file that a shell word gives the content of: `$(cat FILE)`, `"$(<FILE)"`, `` `cat FILE` ``, with line ends taken off or
 * not, and with nothing where there is no file. undefined: the word is anything else.
 */
export function fileReadBy(raw: string): string | undefined {
  const plain = /^"(.*)"$/s.exec(raw)?.[1] ?? raw;
  const inner = /^\$\((.*)\)$/s.exec(plain)?.[1] ?? /^`(.*)`$/s.exec(plain)?.[1];
  if (inner === undefined || inner.length > 1000) return undefined;
  const found =
    /^\s*(?:cat\s+|<\s*|head\s+-n\s?1\s+|tr\s+-d\s+\S+\s+<\s*)([^\s;&|<>]+)\s*(?:2>\s*\/dev\/null\s*)?(?:\|\s*(?:tr\s+-d\s+\S+|head\s+-n\s?1|xargs)\s*)?(?:\|\|\s*(?:true|:|echo(?:\s+(?:""|''))?)\s*)?$/.exec(
      inner,
    );
  const path = found?.[1]?.replace(/^(["'])(.*)\1$/, "$2");
  return path !== undefined && /^[\w./+:@-]+$/.test(path) ? path : undefined;
}

/** The variable that a shell word gives the value of: `$NAME`, `"${NAME}"`. */
export function variableReadBy(raw: string): string | undefined {
  const plain = /^"(.*)"$/s.exec(raw)?.[1] ?? raw;
  return /^\$(?:(\w+)|\{(\w+)(?::?-)?\})$/
    .exec(plain)
    ?.slice(1)
    .find((name) => name !== undefined);
}
