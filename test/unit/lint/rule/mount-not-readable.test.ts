import { describe, expect, it } from "vitest";
import { mountNotReadable } from "../../../../src/lint/rule/mount-not-readable.ts";
import { problemsOf } from "../rule-subject.ts";

const severity = (user: string, mount: string, body = "make") =>
  problemsOf(mountNotReadable, `FROM a\n${user}\nRUN --mount=${mount} ${body}\n`).map((one) => one.severity ?? "error");

describe("a mount that the step's user cannot read", () => {
  // BuildKit's defaults: uid 0, gid 0, 0400, a socket 0600
  it.each([
    ["USER 1000", "type=secret,id=a", "error"],
    ["USER 1000", "type=secret,id=a,env=A,target=/a", "error"],
    ["USER 1000", "type=secret,id=a,uid=1001", "error"],
    ["USER 1000:1000", "type=secret,id=a,uid=1000,mode=0040", "error"],
    ["USER 1000:1000", "type=secret,id=a,mode=0440", "error"],
    ["USER 1000:1000", "type=secret,id=a,mode=0440,gid=77", "error"],
    ["USER app:1000", "type=secret,id=a,mode=0440", "warning"],
    ["USER 1000", "type=ssh", "error"],
    ["USER 1000", "type=ssh,mode=0444", "error"],
    ["USER app", "type=secret,id=a", "warning"],
    ["USER app", "type=secret,id=a,uid=0", "warning"],
    ["ARG U=7\nUSER $U", "type=secret,id=a", "error"],
  ])("is told: %s, %s", (user, mount, expected) => {
    expect(severity(user, mount)).toEqual([expected]);
  });

  it.each([
    ["USER root", "type=secret,id=a"],
    ["USER 0", "type=secret,id=a"],
    ["USER 0:1000", "type=secret,id=a"],
    ["USER 1000", "type=secret,id=a,uid=1000"],
    ["USER 1000", "type=secret,id=a,mode=0444"],
    ["USER 1000", "type=secret,id=a,env=A"],
    ["USER 1000:0", "type=secret,id=a,mode=0440"],
    ["USER 1000", "type=secret,id=a,mode=0440"],
    ["USER 1000:77", "type=secret,id=a,mode=0440,gid=77"],
    ["USER 1000:app", "type=secret,id=a,mode=0440,gid=77"],
    ["USER 1000", "type=secret,id=a,mode=0440,gid=77"],
    ["USER 1000", "type=ssh,uid=1000"],
    ["USER 1000", "type=cache,target=/a"],
    ["USER 1000", "type=secret,id=a,uid=$UNKNOWN"],
    ["USER app", "type=secret,id=a,uid=1000"],
    ["USER $UNKNOWN", "type=secret,id=a"],
    ["WORKDIR /a", "type=secret,id=a"],
  ])("is not told where it can, or where that stands in the image: %s, %s", (user, mount) => {
    expect(severity(user, mount)).toEqual([]);
  });

  it.each([
    ["USER 1000", "type=secret,id=a", "Add uid=1000 to the mount.", true],
    ["USER 1000", "type=secret,id=a,uid=7", "Write uid=1000 in place of uid=7.", false],
    ["USER 1000:1000", "type=secret,id=a,mode=0040", "Write uid=1000,mode=0400 in the mount.", false],
  ])("is told with what helps: %s, %s", (user, mount, remedy, fixes) => {
    const [problem] = problemsOf(mountNotReadable, `FROM a\n${user}\nRUN --mount=${mount} make\n`);
    expect([problem?.remedy, problem?.fix !== undefined]).toEqual([remedy, fixes]);
  });

  it("is not told of a step that becomes somebody else", () => {
    expect(severity("USER 1000", "type=secret,id=a", "sudo cat /run/secrets/a")).toEqual([]);
    expect(severity("USER 1000", "type=secret,id=a", "echo pseudo")).toEqual(["error"]);
  });
});
