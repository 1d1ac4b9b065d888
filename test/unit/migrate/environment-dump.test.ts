import { describe, expect, it } from "vitest";
import { readShell } from "../../../src/dockerfile/shell/read-shell.ts";
import { environmentDump } from "../../../src/migrate/environment-dump.ts";

const script = (text: string) => readShell(text, { templates: false });

describe("an environment", () => {
  it.each([
    ["printenv > .env", "printenv"],
    ["env | grep AWS >> x", "env"],
    ["export -p | tee vars", "export"],
    ["{ set; } > x", "set"],
  ])("is kept by %s", (text, program) => expect(environmentDump(script(text))).toBe(program));

  it.each(["env | sort", "printenv HOME > x", "env A=1 make > log", "printenv > /dev/null", "set -e > x"])(
    "is not by %s",
    (text) => expect(environmentDump(script(text))).toBeUndefined(),
  );
});
