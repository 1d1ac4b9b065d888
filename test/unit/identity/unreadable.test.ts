import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createProvider } from "../../../src/identity/kind.ts";
import { explainUnreadable } from "../../../src/identity/unreadable.ts";
import { fakeHost, makeJwt, sealErrorOf } from "./fake-host.ts";

const missing = { kind: "missing" } as const;
const tooLong = { kind: "failed", code: "ENAMETOOLONG" } as const;
const notShown =
  "The token file (X) is named by no path: what stands in its place reads like the value itself, and is not shown.";
const random = () => randomBytes(15).toString("hex");

describe("a value in the place of a path", () => {
  test.each<[string, typeof missing | typeof tooLong, string]>([
    ["a JWT", missing, makeJwt()],
    ["a JWT that is longer than a path can be", tooLong, makeJwt({ groups: "g".repeat(5000) })],
    ["a GitHub token", missing, `ghp_${random()}`],
    ["base64 with a slash", missing, `aB1/${Buffer.from(random()).toString("base64")}`],
    ["whatever no file can be called", tooLong, "/a".repeat(3000)],
    ["a key in PEM", missing, `-----BEGIN KEY-----\n${random()}\n`],
  ])("is not shown, and what is wrong is said: %s", (_, read, value) => {
    const { message, remedy } = explainUnreadable(read, "The token file (X)", value);
    expect(message).toBe(notShown);
    expect(remedy).toContain("Write the value into a file");
    expect(explainUnreadable(read, "The file of the secret s,", value).message).toMatch(
      /^The file of the secret s is /,
    );
  });

  test.each([
    "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
    "/var/lib/kubelet/pods/6f3e2d1c-0b9a-4877-8665-544332211000/volumes/..2026_03_01_12_00_00.1234567890/token",
    "/tmp/aB3dE5gH7jK9mN1pQ3sT5vW7/token",
    "./aB3dE5gH7jK9mN1pQ3sT5vW7",
    "../secrets/npm-token",
    "secrets/npm-token.txt",
    "token",
  ])("is not suspected in %s", (path) => {
    expect(explainUnreadable(missing, "The token file (X)", path).message).toBe(
      `The token file (X) ${path} does not exist.`,
    );
  });

  test("ends the search for an identity, and is not passed over like a file that is not there", async () => {
    const path = makeJwt();
    const asked = createProvider("t", { from: "file", path }, fakeHost()).provide({});
    const error = await sealErrorOf(asked);
    expect(error.message.includes(path.slice(0, 20))).toBe(false);
    expect(error.message).toContain("reads like the value itself");
  });
});
