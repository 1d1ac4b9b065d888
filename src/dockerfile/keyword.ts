import { decode, lowerCase } from "./text.ts";

/** The instructions that a Dockerfile has. */
export const KEYWORDS = [
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
] as const;

export type Keyword = (typeof KEYWORDS)[number];

const BY_NAME: ReadonlyMap<string, Keyword> = new Map(KEYWORDS.map((keyword) => [keyword.toLowerCase(), keyword]));

/**
 * A keyword as written (one character a byte), in any case. Go's ToLower also makes an `i` of `İ` and a `k` of the
 * Kelvin sign, so these spell keywords too.
 */
export function findKeyword(written: string): Keyword | undefined {
  const plain = BY_NAME.get(written.toLowerCase());
  if (plain !== undefined || !/[\x80-\xff]/.test(written)) return plain;
  return BY_NAME.get(lowerCase(decode(written)));
}
