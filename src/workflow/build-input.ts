import type { CommandOption } from "./command/container-command.ts";
import type { BuildInput } from "./container-build.ts";
import { type SourcedText, type Span, sliceText } from "./sourced-text.ts";

export function inputOf({ start, end }: Span, name: string, value: SourcedText | undefined, by: string): BuildInput {
  return { name, value, start, end, by };
}

/** What bake's `TARGET.args.NAME=value` and `TARGET.secret=id=…` say. */
export function overridesIn(set: readonly { readonly line: SourcedText; readonly by: string }[]) {
  const args = set.flatMap(({ line, by }) => {
    const match = /^["']?[^\s=]*?\.args?\.(?=[A-Za-z_])/.exec(line.text);
    return match === null ? [] : pairOf(sliceText(line, match[0].length, line.text.length), line, by);
  });
  const secrets = set.flatMap(({ line, by }) => {
    const match = /^["']?[^\s=]*?\.secrets?=/.exec(line.text);
    return match === null ? [] : [inputOf(line, secretId(line.text.slice(match[0].length)), line, by)];
  });
  return { args, secrets };
}

/** The id of `id=…,src=…`. */
export function secretId(text: string): string {
  return /(?:^|,)id=([^,]*)/.exec(text)?.[1] ?? "";
}

/** `NAME=value` or `NAME`, with quotes around all or a part of it. */
export function pairOf(text: SourcedText, { start, end }: Span, by: string, option?: CommandOption): BuildInput[] {
  const match = /^["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?(=?)/.exec(text.text);
  if (match === null) return [];
  const value = match[2] === "" ? undefined : sliceText(text, match[0].length, text.text.length);
  return [{ name: match[1]!, value, start, end, by, ...(option !== undefined && { option }) }];
}
