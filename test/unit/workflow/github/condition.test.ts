import { expect, test } from "vitest";
import { type KnownValue, outcomeOf } from "../../../../src/workflow/github/condition.ts";

const known = (path: string) =>
  new Map<string, KnownValue>([
    ["github.repository", { same: "ours" }],
    ["github.event.repository.full_name", { same: "ours" }],
    ["github.event.pull_request.head.repo.full_name", { same: "theirs" }],
    ["github.event_name", "pull_request_target"],
    ["github.event.pull_request.draft", true],
  ]).get(path);

test.each([
  ["github.event_name == 'push'", false],
  ["github.event_name == 'Pull_Request_Target'", true],
  ["GitHub['event_name'] != 'push'", true],
  [`\${{ github.event_name == 'push' }}`, false],
  [` \${{ github.event_name != 'push' }} `, true],
  ["github.event_name == 'push' || github.actor == 'me'", undefined],
  ["github.event_name == 'push' && github.actor == 'me'", false],
  ["github.actor == 'me' && github.event_name == 'push'", false],
  ["github.actor == 'me' || github.event_name != 'push'", true],
  ["!(github.event_name == 'push' || github.event_name == 'schedule')", true],
  ["!github.event.pull_request.draft", false],
  ["!!github.event.pull_request.draft", true],
  ["github.event.pull_request.draft == false", false],
  ["github.event.pull_request.draft == 'true'", undefined],
  ["always() && github.event_name == 'push'", false],
  ["contains(github.event.pull_request.labels.*.name, 'ok') && github.event_name == 'push'", false],
  ["contains(github.event.pull_request.labels.*.name, 'ok')", undefined],
  ["startsWith(github.ref, 'x') || success()", undefined],
  ["github.event_name >= 'push'", undefined],
  ["github.event_name", true],
  ["github.repository == 'acme/app'", undefined],
  ["github.repository == github.event.repository.full_name", true],
  ["github.event.pull_request.head.repo.full_name == github.repository", false],
  ["github.event.pull_request.head.repo.full_name != github.repository", true],
  ["!github.repository", false],
  ["''", false],
  ["false", false],
  ["1 == 2", undefined],
  ["", undefined],
  ["github.event_name == 'push' )", undefined],
  ["((((", undefined],
  ["github.event_name == ", undefined],
])("%s", (condition, expected) => {
  expect(outcomeOf(condition, known)).toBe(expected);
});

test("brackets deeper than GitHub takes them are not followed", () => {
  expect(outcomeOf(`${"(".repeat(10_000)}false${")".repeat(10_000)}`, known)).toBeUndefined();
});
