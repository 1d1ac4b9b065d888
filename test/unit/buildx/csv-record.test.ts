import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsvRecord, printCsvRecord } from "../../../src/buildx/csv-record.ts";

test.each([
  ["id=x,src=/a", ["id=x", "src=/a"]],
  ['id=x,"src=/a,b"', ["id=x", "src=/a,b"]],
  ['"a ""quoted"" word",b', ['a "quoted" word', "b"]],
  ["a,,b,", ["a", "", "b", ""]],
  ['""', [""]],
  [" a , b ", [" a ", " b "]],
  ["a\n", ["a"]],
])("%s is read as Docker reads it", (text, fields) => {
  expect(parseCsvRecord(text)).toEqual({ fields });
});

test.each([[""], ['a"b'], ['"open'], ['"closed"too early'], ['id=x,src="/a"']])("%s is refused", (text) => {
  expect(parseCsvRecord(text)).toHaveProperty("refused");
});

test("the reason of a refusal does not repeat the text, which may hold a credential", () => {
  expect(JSON.stringify(parseCsvRecord('token=do"not-show'))).not.toContain("not-show");
});

test("what is printed is read as it was", () => {
  const field = fc.oneof(fc.string(), fc.stringMatching(/^[a-z",=\n\r ]*$/));
  fc.assert(
    fc.property(fc.array(field, { minLength: 1 }), (fields) => {
      fc.pre(fields.length > 1 || fields[0] !== "");
      expect(parseCsvRecord(printCsvRecord(fields))).toEqual({ fields });
    }),
  );
});
