import fc from "fast-check";
import { expect, test } from "vitest";
import { runNameOf } from "../../../src/identity/run-name.ts";
import { now } from "./fake-host.ts";

test.each([
  [{ GITHUB_RUN_ID: "17", GITHUB_RUN_ATTEMPT: "2" }, "buildseal-github-17-2"],
  [{ CI_JOB_ID: "99" }, "buildseal-gitlab-99"],
  [{ BUILDKITE_JOB_ID: "0190-ab" }, "buildseal-buildkite-0190-ab"],
  [{ CIRCLE_WORKFLOW_JOB_ID: "c-1" }, "buildseal-circleci-c-1"],
  [{}, `buildseal-run-${Math.floor(now / 1000).toString(36)}`],
])("a run of %j is called %s", (environment, name) => expect(runNameOf(environment, now)).toBe(name));

test("a run's name is one that STS takes, whatever a platform says", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200 }), (id) => {
      expect(runNameOf({ GITHUB_RUN_ID: id }, now)).toMatch(/^[\w+=,.@-]{2,64}$/);
    }),
  );
});
