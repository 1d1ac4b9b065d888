import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { replay, watch } from "./replay.ts";

const time = (ms: number) => new Date(Date.UTC(2026, 0, 2, 3, 4) + ms).toISOString();
const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);
const started = (digest: string, ms: number) =>
  line({ vertexes: [{ digest, name: `RUN ${digest}`, started: time(ms) }] });
const over = (digest: string, from: number, to: number, error?: string) =>
  line({ vertexes: [{ digest, name: `RUN ${digest}`, started: time(from), completed: time(to), error }] });
const log = (vertex: string, text: string, ms: number) =>
  line({ logs: [{ vertex, stream: 1, data: Buffer.from(text).toString("base64"), timestamp: time(ms) }] });

test.each(["buildx-0.13.1", "buildx-0.29.1"])(
  "a recorded build of %s reads as buildx's own plain progress",
  async (version) => {
    for (const name of ["build", "cached", "failure"]) {
      const file = `fixtures/progress/${version}/${name}`;
      expect(await replay("plain", `${file}.rawjson`)).toBe(readFileSync(`${file}.plain`, "utf8"));
    }
  },
);

test("the lines of two steps at the same time stay together, and none waits for longer than some seconds", async () => {
  const { progress, advanceTo, written } = await watch("plain");
  progress.push(started("a", 0));
  progress.push(started("b", 0));
  for (let ms = 200; ms <= 12_000; ms += 200) {
    advanceTo(ms);
    progress.push(log("a", `a at ${ms}\n`, ms));
    progress.push(log("b", `b at ${ms}\n`, ms));
  }
  const turns = written().match(/^#\d RUN/gm)!;
  expect(turns.length).toBeGreaterThan(2);
  expect(turns.length).toBeLessThan(8);
  advanceTo(20_000);
  expect(written()).toContain("b at 12000");
  expect(written()).toContain("a at 12000");
});

test("a step that says something is heard at once while the one before it is silent", async () => {
  const { progress, advanceTo, written } = await watch("plain");
  progress.push(started("a", 0));
  progress.push(log("a", "busy\n", 0));
  progress.push(started("b", 100));
  advanceTo(3000);
  progress.push(log("b", "hello\n", 3000));
  advanceTo(4200);
  expect(written()).toBe("#1 RUN a\n#1 0.000 busy\n#1 ...\n\n#2 RUN b\n#2 2.900 hello\n");
});

test("a silent step is named soon after it began", async () => {
  const { progress, advanceTo, written } = await watch("plain");
  progress.push(started("a", 0));
  advanceTo(300);
  expect(written()).toBe("#1 RUN a\n");
});

test("a step that BuildKit looks at twice within a moment is told once", async () => {
  const { progress, advanceTo, written } = await watch("plain");
  advanceTo(1000);
  progress.push(started("other", 1000));
  progress.push(over("a", 1000, 1001));
  progress.push(started("a", 1002));
  progress.push(over("a", 1002, 1010));
  advanceTo(1300);
  expect(written().match(/RUN a/g)).toHaveLength(1);
  expect(written().match(/DONE/g)).toHaveLength(1);
});

test("a transfer is told when it is 5 % or 5 s further, and at its end", async () => {
  const { progress, advanceTo, written } = await watch("plain");
  progress.push(started("a", 0));
  for (let i = 0; i <= 1000; i++) {
    const status = {
      id: "layer",
      vertex: "a",
      current: i * 1e6,
      total: 1e9,
      timestamp: time(i * 10),
      started: time(0),
    };
    progress.push(line({ statuses: [i === 1000 ? { ...status, completed: time(10_000) } : status] }));
    advanceTo(i * 10);
  }
  advanceTo(11_000);
  const told = written().match(/^#1 layer .*$/gm)!;
  expect(told.length).toBeLessThan(25);
  expect(told.at(-1)).toBe("#1 layer 1.00GB / 1.00GB 10.0s done");
});

test("a line of 50 MB without an end is one line, and is not kept in memory", async () => {
  const { progress, advanceTo, fresh } = await watch("plain");
  progress.push(started("a", 0));
  const part = "0123456789 abcde ".repeat(2048).slice(0, 32_768);
  let length = 0;
  for (let i = 0; i < 1525; i++) {
    progress.push(log("a", part, i));
    advanceTo(i);
    length += fresh().length;
  }
  progress.push(log("a", "end\n", 2000));
  progress.push(over("a", 0, 2000));
  advanceTo(3000);
  const rest = fresh();
  expect(rest.endsWith("end\n#1 DONE 2.0s\n")).toBe(true);
  expect(length + rest.length).toBeLessThan(1525 * part.length + 200);
});

test("another step's line does not land in the middle of one that has no end yet", async () => {
  const { progress, advanceTo, written } = await watch("plain");
  progress.push(started("a", 0));
  progress.push(log("a", "x".repeat(20_000), 0));
  advanceTo(200);
  progress.push(over("b", 200, 300));
  advanceTo(500);
  progress.push(log("a", "y\n", 400));
  advanceTo(3000);
  expect(written()).toMatch(/x\n#1 \.\.\.\n\n#2 RUN b\n#2 DONE 0.1s\n\n#1 RUN a\n#1 y\n$/);
});

test("a canceled step is said to be so, and its last lines are not repeated", async () => {
  const { progress, advanceTo, written } = await watch("plain");
  progress.push(started("a", 0));
  progress.push(log("a", "working\n", 10));
  progress.push(over("a", 0, 1000, "rpc error: code = Canceled desc = context canceled"));
  advanceTo(2000);
  progress.end();
  expect(written()).toBe("#1 RUN a\n#1 0.010 working\n#1 CANCELED\n");
});

test("what was not printed yet is printed when the build breaks off", async () => {
  const { progress, written } = await watch("plain");
  progress.push(started("a", 0));
  progress.push(log("a", "no line's end", 10));
  progress.end();
  expect(written()).toBe("#1 RUN a\n#1 0.000 no line's end\n");
});
