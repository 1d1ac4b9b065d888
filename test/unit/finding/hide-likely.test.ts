import { describe, expect, test } from "vitest";
import { hideLikely, hideLikelyAround } from "../../../src/finding/hide-likely.ts";

/** Stands for a value; it is of no shape that a scanner knows. */
const value = ["Hunter", 2].join("");
const stars = "*".repeat(value.length);

describe("what looks like a value in a line that is shown", () => {
  test("is starred out behind every name that speaks of a credential", () => {
    for (const before of [
      "ENV API_TOKEN=",
      "ENV API_TOKEN ",
      'ARG PASSWORD="',
      "login --password ",
      "login --token=",
      "password: ",
      "curl https://me:",
      "curl -u me:",
      "curl --user=me:",
      "RUN login --token $TOKEN --password ",
      "RUN login $TOKEN PASSWORD=",
      "RUN login --secret --password=",
    ]) {
      const after = before.startsWith("curl https") ? "@example.com" : "";
      expect(hideLikely(before + value + after)).toBe(before + stars + after);
    }
  });

  test("is starred out where it looks random, whatever stands before it, but for a commit behind # and @", () => {
    const random = "xY3".repeat(8);
    for (const mark of ["", "#", "@", ":"]) {
      expect(hideLikely(`x ${mark}${random} y`)).toBe(`x ${mark}${"*".repeat(random.length)} y`);
      expect(hideLikely(`${mark}ghp_${random}`)).toBe(`${mark}${"*".repeat(random.length + 4)}`);
    }
    const hex = "0a1b2c3d4e".repeat(4);
    expect(hideLikely(`key ${hex}`)).toBe(`key ${"*".repeat(40)}`);
  });

  test("is no variable, no path, and nothing behind a variable that is used or set by a mount", () => {
    for (const line of [
      'RUN [ -n "$TOKEN" ] && ./x',
      "RUN --mount=type=secret,id=a,env=AWS_SECRET_ACCESS_KEY \\",
      "RUN --mount=type=secret,id=a,env=AWS_SECRET_ACCESS_KEY SCCACHE=1 make",
      'TOKEN="$(cat /run/secrets/token)" make',
      "RUN --mount=type=secret,id=token make",
      `        API_TOKEN: \${{ secrets.API_TOKEN }}`,
      "docker build --secret id=aws-secret,env=AWS_SECRET_ACCESS_KEY .",
      "docker run -u 1000:1000 app",
      `docker build https://example.com/project.git#${"0123456789".repeat(4)}:folder`,
      `  - uses: actions/checkout@${"0a1b2c3d4e".repeat(4)} # v4`,
      "docker build --build-arg API_TOKEN .",
      "# buildseal: ignore=ci-build-arg-secret reason=public",
      "curl -u me:$PASS https://example.com",
    ]) {
      expect(hideLikely(line)).toBe(line);
    }
  });
});

test("words of our own stay as they are, and the user's beside them do not", () => {
  const own = "--env=AWS_WEB_IDENTITY_TOKEN_FILE=…";
  expect(hideLikely(own)).not.toBe(own);
  expect(hideLikelyAround(`docker run ${own} -e TOKEN=${value} image`, [own, "--env=A.B=…"])).toBe(
    `docker run ${own} -e TOKEN=${stars} image`,
  );
  expect(hideLikelyAround(`TOKEN=${value}`, [])).toBe(`TOKEN=${stars}`);
  expect(hideLikelyAround("--env=AxB=… TOKEN=hunter-22", ["--env=A.B=…", ""])).toMatch(/TOKEN=\*+$/);
});
