import { expect, test } from "vitest";
import { commandRequest, explainOutcome } from "../../../src/identity/command.ts";
import { fakeHost } from "./fake-host.ts";

test("a command that took too long is told with the time that it had", () => {
  const request = { ...commandRequest(["/opt/bin/helper", "--slowly"], undefined), timeLimitMs: 5000 };
  const outcome = { kind: "too-slow", stdout: new Uint8Array(), stderr: "" } as const;
  expect(explainOutcome(outcome, request, fakeHost())?.message).toBe(
    'The command "helper" did not end within 5 seconds and was stopped.',
  );
});
