/**
 * Breaks up what a CI runner would obey in the text of a build, and nothing else. By a visible backslash, as GitHub's runner does
 * it with its own markers (`##[\start-action`, Handlers/OutputManager.cs): a zero-width character would not do, as that
 * runner compares with the rules of a language, to which such characters are nothing at all.
 *
 * - `##[…]`, found anywhere in a line (GitHub: ActionCommand.TryParse; Azure with `##vso[…]`; TeamCity with
 *   `##teamcity[…]`) becomes `##\[…]`;
 * - `::…::` at the beginning of a line, blanks before it or not (GitHub: ActionCommand.TryParseV2), becomes `:\:…::`;
 * - `section_start:`, `section_end:` (GitLab) and `travis_fold:` lose their colon's effect in the same way;
 * - `^^^ +++` at the beginning of a line opens Buildkite's last group. `---` and `+++` only fold, and stay.
 */
export function breakCommands(text: string): string {
  let safe = text;
  if (safe.includes("#") && (safe.includes("##") || !isLatin(safe))) {
    safe = safe.replace(anywhere, "##\\");
  }
  if (safe.includes(":") && (safe.includes("::") || !isLatin(safe))) {
    safe = safe.replace(atLineStart, "$1:\\:");
  }
  if (safe.includes("section_") || safe.includes("travis_fold:")) {
    safe = safe.replace(/(section_(?:start|end)|travis_fold)(?=:)/g, "$1\\");
  }
  if (safe.includes("^^^")) {
    safe = safe.replace(/^(?=\^\^\^ \+\+\+)/gm, "\\");
  }
  return safe;
}

/** In between, characters that count for nothing in a comparison by language. */
const anywhere = /#\p{Default_Ignorable_Code_Point}*#(?=[\p{Default_Ignorable_Code_Point}\w.-]*\[)/gu;
const atLineStart = /^((?:[^\S\n\r]|\p{Default_Ignorable_Code_Point})*):\p{Default_Ignorable_Code_Point}*:/gmu;

function isLatin(text: string): boolean {
  return !/[\u00ad\u0100-\uffff]/.test(text);
}

const longestCommandStart = 256;

/**
 * How much of an unfinished line can be printed before the rest of it comes, so that no command is cut in two and
 * overlooked; 0 where the line's end is nothing but the beginning of one.
 */
export function uncutLength(text: string): number {
  const tail = text.slice(-longestCommandStart);
  const start = /#[#\p{Default_Ignorable_Code_Point}]*[\p{Default_Ignorable_Code_Point}\w.-]*$/u.exec(tail);
  if (start === null) {
    return text.length;
  }
  return start.index === 0 ? 0 : text.length - tail.length + start.index;
}
