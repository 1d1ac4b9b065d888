import { expect, test } from "vitest";
import { containerSurroundings } from "../../../../src/cli/run/surroundings.ts";

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
  expect(["A", "B"].map(surroundings.assigned)).toEqual(["given", undefined]);
  expect(["REGION", "OTHER"].map(surroundings.host)).toEqual(["r", undefined]);
});
