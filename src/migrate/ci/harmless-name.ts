/** Values that people keep among their secrets although they are none, or are made to be seen, by their names. */
export function isHarmlessName(name: string): boolean {
  if (/^(?:NEXT_PUBLIC|NUXT_PUBLIC|REACT_APP|VUE_APP|EXPO_PUBLIC|VITE|GATSBY|PUBLIC)_/i.test(name)) return true;
  if (/(?:^|[_-])(?:dummy|fake|placeholder)(?:[_-]|$)/i.test(name.slice(-100))) return true;
  const last = /[A-Za-z0-9]+$/.exec(name.slice(-100))?.[0].toLowerCase() ?? "";
  return harmless.has(last);
}

const harmless = new Set(
  [
    "user username org organization owner project region bucket version email name namespace domain host hostname port",
    "registry repository repo image tag branch environment env arn public publishable",
  ]
    .join(" ")
    .split(" "),
);
