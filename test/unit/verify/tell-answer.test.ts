import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/finding/finding.ts";
import type { Answer } from "../../../src/verify/caller-identity.ts";
import { tellAnswer, tellUnasked } from "../../../src/verify/tell-answer.ts";

const finding: Finding = {
  rule: "aws-credentials",
  severity: "warning",
  message: "AWS credentials is in a file",
  remedy: "Deactivate it.",
  fingerprint: "f",
  where: { surface: "layer", path: "a" },
};

describe("a finding says what AWS says of its key", () => {
  test.each<[Answer, Finding["severity"], string]>([
    [
      { kind: "valid", account: "…3333", principal: "an IAM user" },
      "error",
      "AWS says it is valid, in the account …3333, as an IAM user",
    ],
    [{ kind: "expired" }, "info", "AWS says it has expired"],
    [{ kind: "unknown" }, "info", "AWS does not know it"],
    [{ kind: "mismatch" }, "warning", "the secret does not fit"],
    [
      { kind: "untold", why: "sts.example.com answered 500", reached: false },
      "warning",
      "could not be told: sts.example.com answered 500",
    ],
  ])("%o", (answer, severity, words) => {
    const told = tellAnswer(finding, answer);
    expect(told).toMatchObject({ severity, fingerprint: "f" });
    expect(told.message).toMatch(/^AWS credentials \(.*\) is in a file$/);
    expect(told.message).toContain(words);
  });

  test("and is no error where its parts do not fit, which it stays where nothing could be told", () => {
    const bad = { ...finding, severity: "error" } as const;
    expect(tellAnswer(bad, { kind: "mismatch" }).severity).toBe("warning");
    expect(tellAnswer(bad, { kind: "untold", why: "x", reached: true }).severity).toBe("error");
  });

  test("or that it was not asked", () => {
    const message = "AWS credentials (AWS was not asked: not all parts of the key are there) is in a file";
    expect(tellUnasked(finding)).toEqual({ ...finding, message });
  });
});
