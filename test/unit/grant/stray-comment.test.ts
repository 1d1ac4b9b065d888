import { describe, expect, it } from "vitest";
import { readTemplate, toBytes } from "../../../src/dockerfile/index.ts";
import { refuseStrayComments } from "../../../src/grant/stray-comment.ts";

function refuse(text: string): () => void {
  return () => refuseStrayComments(readTemplate(toBytes(text), "Dockerfile.j2"));
}

describe("a comment that reads as a grant", () => {
  it.each([
    ["an empty line is between", "FROM a\n# buildseal: with=aws\n\nRUN one\n", 2],
    ["another instruction is below", "FROM a\nRUN one\n# buildseal: with=aws\nCOPY a b\n", 3],
    ["nothing is below", "FROM a\nRUN one\n# buildseal: secret=s", 3],
    ["a tag is between", "FROM a\n# buildseal: with=aws\n{% if x %}\nRUN one\n{% endif %}\n", 2],
  ])("is refused where %s", (_, text, line) => {
    expect(refuse(text)).toThrow(`Dockerfile.j2, line ${line}: the comment grants nothing`);
  });

  it.each([
    ["others follow", "FROM a\n# buildseal: with=aws\n# buildseal: with=sccache\n# why\nRUN one\n"],
    ["the step is for ONBUILD", "FROM a\n# buildseal: with=aws\nONBUILD RUN one\n"],
    ["it only suppresses", "FROM a\n# buildseal: ignore=x reason=y\n\nCOPY a b\n"],
    ["it is no comment", "FROM a\nRUN <<E\n# buildseal: with=aws\nE\nCOPY a b\n"],
  ])("is not where %s", (_, text) => {
    expect(refuse(text)).not.toThrow();
  });
});
