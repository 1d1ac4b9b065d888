import { expect, test } from "vitest";
import { replay } from "./replay.ts";

test("a build that goes well says nothing but its warnings", async () => {
  expect(await replay("quiet", "fixtures/progress/buildx-0.13.1/build.rawjson")).toBe("");
  expect(await replay("quiet", "fixtures/progress/buildx-0.29.1/build.rawjson")).toMatch(
    /^\n 1 warning found:\n - JSONArgsRecommended: .*\n$/,
  );
});

test("a build that fails says which step it was, what that said last, and what buildx says", async () => {
  const text = await replay("quiet", "fixtures/progress/buildx-0.29.1/failure.rawjson");
  expect(text).toMatch(/^------\n > \[stage-2 5\/5\] RUN for i in /);
  expect(text.match(/^[\d.]+ before the end: \d+$/gm)).toHaveLength(10);
  expect(text).toContain("\nFailing:15\n--------------------\n");
  expect(text).toMatch(/\nERROR: .* exit code: 3\n/);
});
