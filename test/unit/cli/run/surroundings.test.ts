import { expect, test } from "vitest";
import { containerSurroundings, givenVariables } from "../../../../src/cli/run/surroundings.ts";

test("the command line's variables are its files' and then its own; a bare name takes the host's, if there is one", () => {
  const given = givenVariables(
    {
      env: [
        { name: "A", value: "mine" },
        { name: "HOST", value: undefined },
        { name: "NONE", value: undefined },
      ],
    },
    ["# a comment\n\nA=file\nB=x=y\r\nFROM_HOST\n", "C=\n"],
    { HOST: "h", FROM_HOST: "f" },
  );
  expect([...given]).toEqual([
    ["A", "mine"],
    ["B", "x=y"],
    ["FROM_HOST", "f"],
    ["C", ""],
    ["HOST", "h"],
  ]);
});

test("a recipe sees the image's variables under the command line's, and of the host what it says it reads", () => {
  const facts = {
    image: new Map([
      ["A", "image"],
      ["B", "image"],
    ]),
    given: new Map([["A", "given"]]),
  };
  const surroundings = containerSurroundings(facts, { readsHost: ["REGION"] }, { REGION: "r", OTHER: "o" });
  expect(surroundings).toMatchObject({ home: undefined, user: "other", envMounts: true, container: true });
  expect(["A", "B", "C"].map(surroundings.variable)).toEqual(["given", "image", undefined]);
  expect(surroundings.variables()).toEqual([
    ["A", "given"],
    ["B", "image"],
  ]);
  expect(["A", "B"].map(surroundings.assigned)).toEqual(["given", undefined]);
  expect(["REGION", "OTHER"].map(surroundings.host)).toEqual(["r", undefined]);
});
