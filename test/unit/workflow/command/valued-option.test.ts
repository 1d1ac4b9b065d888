import { expect, test } from "vitest";
import { buildFlags } from "../../../../src/buildx/flag-table.ts";
import { takesValue } from "../../../../src/workflow/command/valued-option.ts";

test("an option of `docker build` takes a value here exactly where the table of all its flags says so", () => {
  const wrong = buildFlags.flatMap(({ name, short, boolean }) =>
    [name, ...(short === undefined ? [] : [short])].filter((one) => takesValue("build", one) === (boolean ?? false)),
  );
  expect(wrong).toEqual([]);
});
