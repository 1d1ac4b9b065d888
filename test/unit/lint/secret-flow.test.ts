// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import { readShell } from "../../../src/dockerfile/shell/index.ts";
import type { AtHand } from "../../../src/lint/secret-at-hand.ts";
import { secretFlow } from "../../../src/lint/secret-flow.ts";
import { tracingOf } from "../../../src/lint/trace.ts";

const atHand: AtHand = {
  files: new Map([
    ["/run/secrets/file", "file"],
    ["/root/.npmrc", "npmrc"],
  ]),
  variables: new Map([["TOKEN", "variable"]]),
  home: "/root",
};
/** Of each command: what it is told, reads, is fed and prints. */
const flow = (text: string) =>
  secretFlow(readShell(text), atHand).map(({ told, reads, fed, output }) =>
    [[...told], [...reads], [...fed], [...output]].map(String),
  );

describe("a secret's value", () => {
  test("comes into words by variables and substitutions", () => {
    expect(flow('a "$TOKEN"; b "$(cat /run/secrets/file)"; c ${TOKEN:+x}')).toEqual([
      ["variable", "", "", ""],
      ["file", "", "", ""],
      ["", "file", "", "file"],
      ["", "", "", ""],
    ]);
  });

  test("goes on through assignments, exports and loops, until the variable is set anew", () => {
    const told = flow('A=$(< /run/secrets/file); export B="x$A"; for C in $B; do d "$C"; done; B=; e "$B"').map(
      ([first]) => first,
    );
    expect(told).toEqual(["file", "", "file", "file", "file", "", ""]);
  });

  test("goes through pipes, here-docs and here-strings, and not through a hash or a count", () => {
    expect(
      flow('cat ~/.npmrc | sed s/a/b/ | c; d <<< "$TOKEN"; cat <<E | f\n$TOKEN\nE').map(([, , fed]) => fed),
    ).toEqual(["", "npmrc", "npmrc", "variable", "variable", "variable"]);
    expect(
      flow("sha256sum /run/secrets/file; wc -c < /run/secrets/file; grep -q x ~/.npmrc").map((one) => one[3]),
    ).toEqual(["", "", ""]);
  });

  test("is read from a path in a variable, a folder, and by read", () => {
    expect(flow('P=/run/secrets/file; cat "$P"; cat /run/secrets/*').map(([, reads]) => reads)).toEqual([
      "",
      "file",
      "file",
    ]);
    expect(flow('read -r X < /run/secrets/file; a "$X"').map(([told]) => told)).toEqual(["", "file"]);
    expect(flow('read X < /run/secrets/file; a "$X"').map(([told]) => told)).toEqual(["", "file"]);
  });

  test("is in what lists variables", () => {
    expect(flow("env; printenv TOKEN; printenv PATH; export -p; export TOKEN; env A=b c").map((one) => one[3])).toEqual(
      ["variable", "variable", "", "variable", "", ""],
    );
  });
});

describe("tracing", () => {
  const traced = (text: string) => tracingOf(readShell(text)).map((one) => one !== undefined);

  test("begins and ends with set, in a shell and its subshells", () => {
    expect(traced("a; set -eux; b; (c; set +x; d); e; set +o xtrace; f")).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test("does not reach into another shell, unless that is begun with it", () => {
    expect(traced("set -x; sh -c 'a'; bash -xc 'b'")).toEqual([true, true, false, true, true]);
  });
});
