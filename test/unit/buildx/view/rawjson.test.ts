import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createProgressParser, type ProgressItem } from "../../../../src/buildx/progress/parse-progress.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { replay, watch } from "./replay.ts";

function parsed(text: string): ProgressItem[] {
  const items: ProgressItem[] = [];
  const parser = createProgressParser((item) => items.push(item));
  parser.push(Buffer.from(text));
  parser.end();
  return items;
}

/** All that a vertex wrote, and everything else but the LLB of the Dockerfile's own transfer. */
function told(items: readonly ProgressItem[]) {
  const output = new Map<string, string>();
  const others: unknown[] = [];
  for (const item of items) {
    if (item.kind === "text") {
      others.push(item.line);
      continue;
    }
    const { logs = [], ...rest } = item.status;
    for (const { vertex, stream, data } of logs) {
      output.set(
        `${stream} ${vertex}`,
        (output.get(`${stream} ${vertex}`) ?? "") + Buffer.from(data, "base64").toString(),
      );
    }
    if (Object.keys(rest).length > 0) {
      others.push(JSON.parse(JSON.stringify(rest, (key, value) => (key === "definition" ? undefined : value))));
    }
  }
  return { output, others };
}

test.each(["buildx-0.13.1", "buildx-0.29.1"])(
  "statuses of %s are passed on with all that they say",
  async (version) => {
    for (const name of ["build", "cached", "failure"]) {
      const file = `fixtures/progress/${version}/${name}.rawjson`;
      const shown = told(parsed(await replay("rawjson", file)));
      const recorded = told(parsed(readFileSync(file, "utf8")));
      expect(shown.others).toEqual(recorded.others);
      const clipboard = "\x1b]52;c;aGVsbG8=\x07";
      for (const [key, text] of recorded.output) {
        expect(shown.output.get(key)).toBe(text.replace(clipboard, ""));
      }
    }
  },
);

test("each status is one line, in which no runner finds a command", async () => {
  const text = await replay("rawjson", "fixtures/progress/buildx-0.13.1/build.rawjson");
  expect(text).not.toContain("##");
  for (const line of text.trimEnd().split("\n")) {
    expect(() => JSON.parse(line)).not.toThrow();
  }
});

test("a value is hidden inside the base64, also in two entries", async () => {
  const token = randomBytes(30).toString("base64url");
  const mask = createMask();
  mask.add(new Secret("tok", token));
  const { progress, written } = await watch("rawjson", { mask });
  for (const text of [`x ${token.slice(0, 20)}`, `${token.slice(20)} y\n`]) {
    const data = Buffer.from(text).toString("base64");
    progress.push(Buffer.from(`${JSON.stringify({ logs: [{ vertex: "v", stream: 1, data }] })}\n`));
  }
  progress.end();
  expect([...told(parsed(written())).output.values()]).toEqual(["x [secret tok] y\n"]);
});
