import { describe, expect, it } from "vitest";
import { contextNotIgnored } from "../../../../src/lint/rule/context-not-ignored.ts";
import { problemsOf } from "../rule-subject.ts";

function found(copy: string, files: readonly string[], dockerignore?: string): string[] {
  const neighbours = { dockerignore, exists: (path: string) => files.includes(path) };
  return problemsOf(contextNotIgnored, `FROM a\n${copy}\n`, { neighbours }).map(
    ({ severity, message }) =>
      `${severity ?? "warning"} ${[...message.matchAll(/([\w./-]+) \(/g)].map((match) => match[1])}`,
  );
}

describe("a folder that is copied", () => {
  it("is told with the files that are there and not kept out", () => {
    expect(found("COPY . .", [".npmrc", "id_rsa", "x"])).toEqual(["warning .npmrc,id_rsa"]);
    expect(found("COPY . .", [".npmrc", "id_rsa"], "id_*")).toEqual(["warning .npmrc"]);
    expect(found("COPY . .", [".aws/credentials"], ".aws/*\n!.aws/credentials")).toEqual(["warning .aws/credentials"]);
    expect(found("ADD ./ /x", [".env"])).toEqual(["warning .env"]);
    expect(found("COPY * /x", [".env"])).toEqual(["warning .env"]);
    expect(found("COPY a/ /x", ["a/.env", ".npmrc"])).toEqual(["warning a/.env"]);
    expect(found("COPY a /x", ["a", "a/.env", ".npmrc"])).toEqual(["warning a/.env"]);
    expect(found("COPY ./app/config /x", ["app/config", "app/config/master.key"])).toEqual([
      "warning app/config/master.key",
    ]);
    expect(found('COPY [".", "/x"]', [".env"])).toEqual(["warning .env"]);
  });

  it("is information where only git's settings are there", () => {
    expect(found("COPY . .", [".git/config"])).toEqual(["info .git/config"]);
    expect(found("COPY . .", [".git/config"], ".git")).toEqual([]);
  });

  it("is not told where nothing is there, where it is kept out, or where it is another build's", () => {
    expect(found("COPY . .", [])).toEqual([]);
    expect(found("COPY . .", [".env", "a"], "*\n!a")).toEqual([]);
    expect(found("COPY --exclude=.env . .", [".env"])).toEqual([]);
    expect(found("COPY --from=x . .", [".env"])).toEqual([]);
    expect(found("ONBUILD COPY . .", [".env"])).toEqual([]);
    expect(found("COPY package.json .", [".env"])).toEqual([]);
    expect(found("COPY LICENSE app .", [".env", "LICENSE", "app/.env"])).toEqual([]);
    expect(found("COPY ../x/ .", ["../x/.env"])).toEqual([]);
  });

  it("is not told where nothing is known of what lies there", () => {
    expect(problemsOf(contextNotIgnored, "FROM a\nCOPY . .\n")).toEqual([]);
  });
});
