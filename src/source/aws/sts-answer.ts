import { textOf } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";

/** The code of an error, as `…Exception` has it or not. */
export function stsCodeOf(answer: ExchangeAnswer): string | undefined {
  if (answer.status < 300) return undefined;
  return /<Code>\s*(\w{1,60})\s*<\/Code>/.exec(textOf(answer))?.[1];
}

/** The text of `<Message>`, its entities resolved, so that a value is found in it. */
export function messageOf(answer: ExchangeAnswer): string {
  const text = /<Message>([\s\S]*?)<\/Message>/.exec(textOf(answer))?.[1] ?? "";
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(amp|lt|gt|quot|apos));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name as string] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** XML's error in the form that `wordsOf` reads. */
export function asJson(answer: ExchangeAnswer, code: string, message: string): ExchangeAnswer {
  const body = new TextEncoder().encode(JSON.stringify({ error: code, message }));
  return { ...answer, body };
}
