import { describe, expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import { anySecret, refuseUngrantedReach } from "../../../src/grant/reach.ts";

const ours = new Set(["token"]);
const dockers = { isDockers: true };

function refusal(...ask: Parameters<typeof refuseUngrantedReach>): string | undefined {
  try {
    refuseUngrantedReach(...ask);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    expect((error as SealError).code).toBe("GRANT");
    return (error as SealError).message;
  }
}

describe("ungranted reach", () => {
  test("is a base image whose ONBUILD mounts one of our ids", () => {
    const bases = [
      { name: "plain", secretIds: [] },
      { name: "greedy", secretIds: ["mine", "token"] },
    ];
    expect(refusal(ours, bases, dockers)).toBe(
      "The base image greedy has an ONBUILD step that mounts token: no grant names it, and it would run in this build",
    );
    expect(refusal(new Set(["other"]), bases, dockers)).toBeUndefined();
  });

  test("is one of which it cannot be told what it mounts", () => {
    expect(refusal(ours, [{ name: "sly", secretIds: [anySecret] }], dockers)).toContain("sly");
  });

  test("is a frontend that is not Docker's own", () => {
    expect(refusal(ours, [], { image: "evil/frontend:1", isDockers: false })).toContain("evil/frontend:1");
    expect(refusal(ours, [], { image: "docker/dockerfile:1", isDockers: true })).toBeUndefined();
  });

  test("is nobody's where this build has no secret", () => {
    const bases = [{ name: "greedy", secretIds: ["token", anySecret] }];
    expect(refusal(new Set(), bases, { image: "evil/frontend:1", isDockers: false })).toBeUndefined();
  });
});
