/** Numbers as Go reads them. undefined: Go refuses them. */

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** time.ParseDuration, in nanoseconds: `1h5m`, `1.5s`, `-3ms`, `0`. */
export function parseDuration(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0;
  const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
  let sum = 0;
  let at = 0;
  while (at < unsigned.length) {
    part.lastIndex = at;
    const found = part.exec(unsigned);
    if (found === null) return undefined;
    sum += Number(found[1]) * NANOSECONDS[found[2]!]!;
    at += found[0].length;
  }
  if (at === 0 || sum > 2 ** 63) return undefined;
  return text.startsWith("-") ? -sum : Math.trunc(sum);
}

/** strconv.ParseInt for 32 bits in base 10. */
export function parseInteger(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= -(2 ** 31) && number < 2 ** 31 ? number : undefined;
}

/** strconv.ParseBool. */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  return undefined;
}

/** docker/go-units' RAMInBytes: `64m`, `1.5 GiB`; whether it is one. */
export function isSize(text: string): boolean {
  return /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)? ?(b|[kmgtp](i?b)?)?$/i.test(text);
}
