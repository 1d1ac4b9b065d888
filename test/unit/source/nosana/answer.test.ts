import fc from "fast-check";
import { expect, test } from "vitest";
import { readAnswer } from "../../../../src/source/nosana/answer.ts";

test("a value is a JSON text, whatever it holds; the word OK too", () => {
  expect(readAnswer('"OK"')).toEqual({ kind: "value", text: "OK" });
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(readAnswer(JSON.stringify(text))).toEqual({ kind: "value", text });
    }),
  );
});

test("the bare letters OK are no value, and no body is an empty one", () => {
  expect(readAnswer("OK")).toEqual({ kind: "missing" });
  expect(readAnswer("")).toEqual({ kind: "empty" });
  expect(readAnswer('""')).toEqual({ kind: "empty" });
});

test.each([
  ["<html>", "not JSON"],
  ['"cut', "not JSON"],
  ["ok", "not JSON"],
  ["OK\n", "not JSON"],
  ['{"a":"b"}', "an object"],
  ["[]", "a list"],
  ["5", "a bare number"],
  ["true", "a bare boolean"],
  ["null", "a bare null"],
])("anything else is not taken for a value (%j)", (body, why) => {
  expect(readAnswer(body)).toMatchObject({ kind: "strange", why: expect.stringContaining(why) });
});
