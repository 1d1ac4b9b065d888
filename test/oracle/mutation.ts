/** Dockerfiles made from others: seeded, so that a difference can be found again. */

const TOKENS = [
  "\\\n",
  "\\\r\n",
  "\\ \n",
  "\\\\\n",
  "`\n",
  "\n",
  "\r",
  "\r\n",
  "\n\n",
  "\n#",
  "\n # x\n",
  " ",
  "\t",
  "\v",
  "\f",
  "  ",
  "<<EOF",
  "<<-EOF",
  "<< EOF",
  "3<<EOF",
  "<<'EOF'",
  '<<E"O"F',
  "<<",
  "<<<",
  "<",
  "EOF\n",
  "\nEOF\n",
  "\n\tEOF\n",
  "'",
  '"',
  "$",
  "${",
  "}",
  "$" + "{x:-y}",
  "$x",
  "\\",
  "`",
  "#",
  "-",
  "--",
  " -- ",
  "=",
  ",",
  "[",
  "]",
  '["a"]',
  ", 1]",
  "{",
  "RUN ",
  "\nRUN ",
  "run\t",
  "ONBUILD ",
  "\nONBUILD RUN ",
  "\nCOPY ",
  "\nADD ",
  "\nENV ",
  "\nFROM a\n",
  " AS b\n",
  "\nARG ",
  "--mount=",
  " --mount=type=secret,id=x ",
  "--network=none ",
  "--from=a ",
  "--platform=$P ",
  "HEALTHCHECK CMD ",
  "# escape=`\n",
  "# escape=\\\n",
  "# syntax=a/b:1\n",
  "# check=skip=all\n",
  "#!x\n",
  "\x00",
  "\x85",
  "\xa0",
  "\xc2\xa0",
  "\xe2\x80\x83",
  "\xe3\x80\x80",
  "\xff",
  "\xc3",
  "\xef\xbb\xbf",
  "\xc4\xb0",
  "\xe2\x84\xaa",
  "é",
];

/** Numbers from 0 up to 1 (mulberry32). */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}

/** One of the texts (one character a byte) with one to five changes. */
export function mutate(random: Random, texts: readonly string[]): string {
  let text = pick(random, texts);
  const changes = 1 + Math.floor(random() * 5);
  for (let change = 0; change < changes; change++) text = changeOnce(random, text, texts);
  return text;
}

function changeOnce(random: Random, text: string, texts: readonly string[]): string {
  const at = Math.floor(random() * (text.length + 1));
  const until = Math.min(text.length, at + Math.floor(random() * random() * 40));
  const choice = random();
  if (choice < 0.55) return text.slice(0, at) + pick(random, TOKENS) + text.slice(at);
  if (choice < 0.7) return text.slice(0, at) + text.slice(until);
  if (choice < 0.78) return text.slice(0, at) + text.slice(at, until).repeat(2) + text.slice(until);
  if (choice < 0.88) return moveLine(random, text);
  if (choice < 0.95) return text.slice(0, at) + pick(random, TOKENS) + text.slice(until);
  const other = pick(random, texts);
  return text.slice(0, at) + other.slice(Math.floor(random() * other.length));
}

function moveLine(random: Random, text: string): string {
  const lines = text.split("\n");
  const [line = ""] = lines.splice(Math.floor(random() * lines.length), 1);
  lines.splice(Math.floor(random() * (lines.length + 1)), 0, line);
  return lines.join("\n");
}
