/** Where a shell, or the exec form, has a command's name: not in the midst of another's arguments. */
const start = String.raw`(?:^|[\n;&|(!{\x60]|(?:-\w*c\s+|[[,]\s*)["']|(?:^|\s)(?:then|do|else|exec|time|env|sudo|corepack|-m)\s|\b\w+=\S*\s|\/bin\/)\s*`;
const end = String.raw`(?=$|[\s"'\x60;&|)])`;

/** Matches a step's text where it runs the program with one of the subcommands, its options before them or not. */
export function runs(program: string, subcommands: string): RegExp {
  return new RegExp(`${start}(?:${program})(?:["'],)?\\s(?:[^;&|\\n]*?[\\s"'])?(?:${subcommands})${end}`);
}

/** Matches where it runs the program with nothing behind it but options. */
export function runsAlone(program: string): RegExp {
  return new RegExp(
    `${start}(?:${program})(?:[^\\S\\n]+--(?!version|help)[\\w-]+(?:=\\S*)?)*[^\\S\\n]*(?=$|[\\n;&|)"'\\]])`,
  );
}
