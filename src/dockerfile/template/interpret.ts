import { closeBlock, openBlock, turnBlock } from "./block.ts";
import { skipHidden } from "./hidden-text.ts";
import type { Interpretation } from "./interpretation.ts";
import { endFile, endLine } from "./line-end.ts";
import { readSoftNewline, readText } from "./read-text.ts";
import type { Token } from "./token.ts";
import { addElsewhere, addValue } from "./value.ts";
import { createWays, dropImpossible, settle, stopAt, tokenShown, type Ways } from "./ways.ts";

/**
 * Follows all ways through a template at once. At a condition the ways part, at its end they meet; ways that are alike
 * in what decides how they go on become one, so that there are hardly ever more than two or three.
 */
export function interpret(
  text: string,
  tokens: readonly Token[],
  escapeToken: "\\" | "`",
  lineOf: (offset: number) => number,
): Interpretation {
  const ways = createWays(text, tokens, escapeToken, lineOf);
  let index = 0;
  while (index < ways.tokens.length && ways.stop === undefined) index = readToken(ways, index);
  const open = ways.frames.find(({ kind }) => kind !== "wrap") ?? ways.frames[0];
  if (open !== undefined && ways.stop === undefined) {
    const { start } = ways.tokens[open.index]!;
    stopAt(ways, start, "is never closed", "Close the tag's block, or name the template engine with --engine.");
  }
  const ended = ways.states.flatMap((state) => endFile(ways.reading, state));
  if (ended.length === 0 && ways.stop === undefined) stopAtHeredoc(ways);
  return {
    ends: dropImpossible(ended.length > 0 ? ended : ways.states).map(({ trail }) => trail),
    unseen: ways.unseen,
    uncertain: ways.uncertain,
    separators: ways.separators,
    stop: ways.stop,
  };
}

/** Reads the token at `index`; gives the one to go on with. */
function readToken(ways: Ways, index: number): number {
  const token = ways.tokens[index]!;
  switch (token.kind) {
    case "text":
      readText(ways, token);
      break;
    case "soft-newline":
      readSoftNewline(ways, token);
      break;
    case "value":
      ways.states = settle(
        ways,
        ways.states.flatMap((state) => addValue(ways.reading, state, token.start, token.end)),
      );
      break;
    case "include":
    case "macro":
      ways.unseen.push({ start: token.start, what: tokenShown(ways, token) });
      readElsewhere(ways, token, ways.tokens[index + 1]);
      break;
    case "open":
    case "loop":
    case "wrap":
      openBlock(ways, token, index);
      break;
    case "else":
    case "last-else":
      return turnBlock(ways, token, index);
    case "close":
      return closeBlock(ways, token, index);
    case "hide":
      return skipHidden(ways, token, index);
    case "unclosed":
      stopAt(ways, token.start, "has no end", "Close the tag, or name the template engine with --engine.");
      break;
  }
  return index + 1;
}

/** Whole lines come from elsewhere, so they end where the engine takes the tag's own line end away. */
function readElsewhere(ways: Ways, { start, end }: Token, next: Token | undefined): void {
  const { reading, text } = ways;
  const taken = next?.kind === "gap" || next?.kind === "comment" ? text.slice(next.start, next.end) : "";
  // m4's dnl takes it too; a comment that has lines in it does not
  const endsLine = next?.kind === "comment" ? taken.endsWith("\n") : taken.includes("\n");
  const states = ways.states.flatMap((state) => addElsewhere(reading, state, start, end));
  ways.states = settle(
    ways,
    states.flatMap((state) => (endsLine && state.onlyValues ? endLine(reading, state, end, end) : state)),
  );
}

function stopAtHeredoc(ways: Ways): void {
  const state = ways.states.find(({ heredocs }) => heredocs.length > 0);
  if (state === undefined) return;
  const { name } = state.heredocs[0]!;
  ways.stop = {
    at: state.draft!.start,
    what: `the heredoc ${JSON.stringify(name)} is not terminated`,
    remedy: `End it with a line that is ${name} alone; if no heredoc is meant, put the << in quotes.`,
  };
}
