import { describe, expect, test } from "vitest";
import { expressionsIn } from "../../../../src/workflow/github/expression.ts";

const origins = (text: string) =>
  expressionsIn(`\${{ ${text} }}`).flatMap((expression) =>
    expression.origins.map(({ context, path, printed }) =>
      [context, ...path.map((part) => part ?? "?"), printed ? "JSON" : ""].join(" ").trim(),
    ),
  );

describe("what an expression can hold", () => {
  test.each([
    ["secrets.TOKEN", ["secrets TOKEN"]],
    ["secrets['my token']", ["secrets my token"]],
    ["SECRETS.Token", ["secrets Token"]],
    ["secrets[matrix.name]", ["secrets ?"]],
    ["secrets.A || secrets.B", ["secrets A", "secrets B"]],
    ["secrets.A && 'yes' || 'no'", []],
    ["github.ref == 'main' && secrets.A || secrets.B", ["secrets A", "secrets B"]],
    ["secrets.A != ''", []],
    ["!secrets.A", []],
    ["contains(secrets.A, 'x')", []],
    ["format('{0}:{1}', inputs.user, secrets.A)", ["inputs user", "secrets A"]],
    ["toJSON(secrets)", ["secrets JSON"]],
    ["fromJSON(secrets.A).key", ["secrets A key"]],
    ["(secrets.A)", ["secrets A"]],
    ["'secrets.A'", []],
    ["steps.app-token.outputs.token", ["steps app-token outputs token"]],
    ["true", []],
    ["", []],
    ["github.event.pull_request.labels.*.name", ["github event pull_request labels ? name"]],
  ])("%s", (text, expected) => {
    expect(origins(text)).toEqual(expected);
  });

  test("a text may hold the braces that end an expression", () => {
    const text = `a \${{ format('}}{0}', secrets.X) }} b \${{ env.Y }}`;
    expect(expressionsIn(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      `\${{ format('}}{0}', secrets.X) }}`,
      `\${{ env.Y }}`,
    ]);
  });

  test("one without an end is none, and none is taken twice", () => {
    expect(expressionsIn(`\${{ secrets.X`)).toEqual([]);
    expect(expressionsIn(`\${{ '}} `)).toHaveLength(1);
  });
});
