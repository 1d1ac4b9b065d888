import { expect, test } from "vitest";
import { printContainer } from "../../../src/report/container.ts";
import { printRunSummary } from "../../../src/report/run-summary.ts";

test("a run's end is four lines: what the container got, what became of it, renewals, what was hidden", () => {
  const text = printRunSummary({
    gets: ["recipe sccache", "secret token"],
    secrets: [
      { name: "aws", from: "irsa", reach: "role/ci", lifeLeftMs: 3_600_000, renewals: 2, end: undefined },
      { name: "gh", from: "github-app", reach: undefined, lifeLeftMs: 60_000, renewals: 0, end: "revoked" },
      { name: "hf", from: "huggingface", reach: undefined, lifeLeftMs: 60_000, renewals: 0, end: "not-revoked" },
    ],
    leftOut: [{ name: "npm", reason: "no identity" }],
    masked: [
      { name: "aws", encoding: "raw", count: 1 },
      { name: "gh", encoding: "base64", count: 3 },
    ],
  });
  expect(text.split("\n")).toEqual([
    "buildseal  container  got recipe sccache, secret token",
    expect.stringMatching(
      /secrets {4}aws \(irsa, role\/ci, .* left\); gh \(github-app, revoked\); hf \(huggingface, NOT revoked, .* left\); no npm: no identity$/,
    ),
    "buildseal  renewed    aws 2 times",
    "buildseal  masked     aws 1 time; gh as base64 3 times",
    "",
  ]);
});

test("a run without anything says so, and nothing of it can drive a terminal", () => {
  const text = printRunSummary({
    gets: [],
    secrets: [],
    leftOut: [{ name: "a\x1b]0;x\x07", reason: "r" }],
    masked: [],
  });
  expect(text).toContain("got nothing");
  expect(text).toContain("nothing: no value was printed");
  expect(text).not.toContain("\x1b");
});

test("what a container would get is shown by grant, each with its origin, its form and why", () => {
  const items = [
    { id: "token", secrets: ["token"], shows: "/run/secrets/token" },
    { id: "token-path", secrets: [], shows: "TOKEN_FILE" },
  ];
  const remarks = { notices: ["see to it"], notes: ["it is so"] };
  const asked = { origin: "b.yaml, grants[0]", form: "a file", why: "asked for\n" };
  const grants = [{ what: "secret token", ...asked, items, ...remarks }];
  expect(printContainer({ grants }, "/run/secrets")).toBe(`the container, at /run/secrets:
  secret token (b.yaml, grants[0])
  as a file: asked for\\n
    token       secret      /run/secrets/token
    token-path  not secret  TOKEN_FILE
warning: secret token: see to it
note: secret token: it is so
`);
});
