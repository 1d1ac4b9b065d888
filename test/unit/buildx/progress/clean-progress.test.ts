import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type CleanItem, createProgressCleaner } from "../../../../src/buildx/progress/clean-progress.ts";
import type { SolveStatus } from "../../../../src/buildx/progress/solve-status.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { Secret } from "../../../../src/secret/secret.ts";

const token = randomBytes(30).toString("base64url");
const base64 = (text: string) => Buffer.from(text).toString("base64");

function clean(...items: readonly (SolveStatus | string)[]) {
  const mask = createMask();
  mask.add(new Secret("tok", token));
  const found: CleanItem[] = [];
  const cleaner = createProgressCleaner(mask, ["--mount=type=secret,id=tok,required=true "], (item) =>
    found.push(item),
  );
  for (const item of items) {
    cleaner.push(typeof item === "string" ? { kind: "text", line: item } : { kind: "status", status: item });
  }
  cleaner.end();
  const statuses = found.flatMap((item) => (item.kind === "status" ? [item.status] : []));
  const outputOf = (vertex: string, stream: number) =>
    statuses
      .flatMap(({ logs }) => logs)
      .filter((log) => log.vertex === vertex && log.stream === stream)
      .map(({ bytes }) => Buffer.from(bytes).toString())
      .join("");
  const lines = found.flatMap((item) => (item.kind === "text" ? [item.line] : []));
  return { statuses, lines, outputOf, exposures: cleaner.exposures() };
}

const log = (vertex: string, text: string, stream = 1): SolveStatus => ({
  logs: [{ vertex, stream, data: base64(text), timestamp: "2026-01-02T03:04:05Z" }],
});

test("a value is hidden in everything that a status can hold", () => {
  const { statuses, outputOf } = clean({
    vertexes: [
      {
        digest: "v",
        name: `RUN echo ${token}`,
        error: `process "echo ${token}" failed`,
        progressGroup: { id: "g", name: `group ${token}` },
      },
    ],
    statuses: [{ id: `pulling ${token}`, vertex: "v", name: token }],
    logs: [{ vertex: "v", data: base64(`it is ${base64(`user:${token}`)}\n`) }],
    warnings: [
      {
        vertex: "v",
        short: base64(`short ${token}`),
        detail: [base64(`detail ${token}`)],
        url: `https://example.org/${token}`,
        sourceInfo: { filename: `Dockerfile.${token}`, data: base64(`RUN echo ${token}`) },
      },
    ],
  });
  const [status] = statuses;
  const shown = JSON.stringify([status!.vertexes, status!.statuses, status!.warnings]);
  expect(shown).not.toContain(token);
  expect(shown.match(/\[secret tok\]/g)).toHaveLength(9);
  expect(outputOf("v", 1)).toMatch(/^it is dXNlc.{0,3}\[secret tok\].{0,2}\n$/);
  expect(Buffer.from(statuses[0]!.warnings[0]!.sourceInfo!.data!, "base64").toString()).toBe("RUN echo [secret tok]");
});

test("a field that nobody knows is not passed on", () => {
  const vertex = { digest: "v", name: "RUN x", future: token };
  expect(JSON.stringify(clean({ vertexes: [vertex] }).statuses)).not.toContain(token);
});

test("a value in two writes is hidden, also with an escape in its middle and another step in between", () => {
  const { outputOf } = clean(
    log("a", `x ${token.slice(0, 20)}`),
    log("b", "other\n"),
    log("a", `\x1b[K\x1b]0;t\x07${token.slice(20)} y\n`),
  );
  expect(outputOf("a", 1)).toBe("x [secret tok] y\n");
  expect(outputOf("b", 1)).toBe("other\n");
});

test("standard output and standard error are two streams", () => {
  const { outputOf } = clean(log("a", token.slice(0, 20)), log("a", "error\n", 2), log("a", `${token.slice(20)}\n`));
  expect(outputOf("a", 1)).toBe("[secret tok]\n");
  expect(outputOf("a", 2)).toBe("error\n");
});

test("what was held back comes when its step is over, before that is said", () => {
  const { statuses } = clean(log("a", "prompt> "), {
    vertexes: [{ digest: "a", started: "2026-01-02T03:04:05Z", completed: "2026-01-02T03:04:06Z" }],
  });
  expect(Buffer.concat(statuses.flatMap(({ logs }) => logs.map(({ bytes }) => bytes))).toString()).toBe("prompt> ");
  expect(statuses.at(-1)!.vertexes).toHaveLength(1);
});

test("what was held back comes when the build breaks off", () => {
  expect(clean(log("a", token.slice(0, 20))).outputOf("a", 1)).toBe(token.slice(0, 20));
});

test("what was exposed is told by step, secret and encoding", () => {
  const { exposures } = clean(
    { vertexes: [{ digest: "a", name: "[2/3] RUN a" }] },
    log("a", `${token} ${token}\n`),
    log("a", `${Buffer.from(token).toString("hex")}\n`),
    `ERROR: ${token}`,
  );
  expect(exposures).toEqual([
    { name: "tok", encoding: "raw", count: 2, vertex: "a", step: "[2/3] RUN a" },
    { name: "tok", encoding: "hex", count: 1, vertex: "a", step: "[2/3] RUN a" },
    { name: "tok", encoding: "raw", count: 1 },
  ]);
});

test("buildx's own lines are cleaned, also where a value goes over two of them", () => {
  const { lines } = clean("ERROR: \x1b]52;c;eA==\x07x", `a ${token.slice(0, 20)}`, `${token.slice(20)} b`, "");
  expect(lines).toEqual(["ERROR: x", "a [secret tok]", "[secret tok] b", ""]);
});

test("an inserted mount is shown neither in a step's name nor where buildx quotes the Dockerfile", () => {
  const step = "RUN --mount=type=secret,id=tok,required=true --mount=type=cache,target=/c make";
  const { statuses, lines } = clean({ vertexes: [{ digest: "a", name: `[2/3] ${step}` }] }, `   2 | >>> ${step}`);
  expect(statuses[0]!.vertexes[0]!.name).toBe("[2/3] RUN --mount=type=cache,target=/c make");
  expect(lines).toEqual(["   2 | >>> RUN --mount=type=cache,target=/c make"]);
});

test("a name is one line", () => {
  expect(clean({ vertexes: [{ digest: "a", name: "RUN a\r\n::error::b" }] }).statuses[0]!.vertexes[0]!.name).toBe(
    "RUN a ::error::b",
  );
});
