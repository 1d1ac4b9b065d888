import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepsOf } from "../../../src/dockerfile/index.ts";
import { readTemplate } from "../../../src/dockerfile/template/read-template.ts";
import { migrationNames } from "../../../src/migrate/name.ts";
import { migrated } from "./migrated.ts";

const flag = fc.constantFrom(
  "--mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID",
  "--mount=type=secret,id=s,env=AWS_SECRET_ACCESS_KEY",
  "--mount=type=secret,id=k",
  "--mount=type=secret,id=hf,env=HF_TOKEN",
  "--mount=type=cache,target=/c",
  "--network=none",
);
const command = fc.constantFrom(
  "make",
  "sccache make",
  "export AWS_ACCESS_KEY_ID=$(cat /run/secrets/k)",
  "export AWS_SECRET_ACCESS_KEY=$(cat /run/secrets/k) A=1",
  "AWS_SESSION_TOKEN=$(cat /run/secrets/k) aws s3 ls s3://b",
  "echo $NPM_TOKEN",
  "hf download é",
  "./configure",
  "rm -f config.log",
  "if true; then export HF_TOKEN=$(cat /run/secrets/k); fi",
  "{% if x %}make{% endif %}",
);
const blank = fc.constantFrom(" ", "  ", "\t", " \\\n    ", "\t\\ \n\t", " \\\n# why\n  ");
const joint = fc.constantFrom(" && ", "; ", " && \\\n    ", " || ", " && \\\n  # why\n  ", " | ");
const run = fc
  .tuple(
    fc.constantFrom("RUN", "run", "ONBUILD RUN"),
    fc.array(fc.tuple(blank, flag), { maxLength: 4 }),
    blank,
    fc.array(fc.tuple(command, joint), { minLength: 1, maxLength: 4 }),
  )
  .map(([keyword, flags, gap, commands]) => {
    const body = commands.map(([text, by], index) => text + (index === commands.length - 1 ? "" : by)).join("");
    return `${keyword}${flags.map(([before, text]) => before + text).join("")}${gap}${body}`;
  });
const other = fc.constantFrom(
  "ARG NPM_TOKEN",
  "ARG AWS_ACCESS_KEY_ID",
  "ENV A=1 NPM_TOKEN=$NPM_TOKEN B=2",
  "ENV AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY \\\n  C=3",
  "ARG HF_TOKEN=",
  "FROM b AS next",
  "# a comment",
  "",
  "USER 1000",
  "{% if x %}",
  "{% endif %}",
);
const file = fc
  .tuple(fc.array(fc.oneof(run, other), { maxLength: 8 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => `${["FROM a AS first", ...lines].join("\n")}\n`.replaceAll("\n", end));

/** Every line that no migration has a word to say about. */
const untouched = (text: string) =>
  text
    .split("\n")
    .filter((line) => !/AWS|HF_TOKEN|NPM_TOKEN|--mount|config|ARG|ENV|RUN|run|aws|hf|echo|export/.test(line));

describe("every migration, of any file", () => {
  it.each(migrationNames)("%s changes nothing a second time, and leaves the lines between as they are", (name) => {
    fc.assert(
      fc.property(file, fc.constantFrom("Dockerfile", "Dockerfile.j2"), (text, called) => {
        const once = read(text, name, called);
        if (once === undefined) return;
        const lines = once.after.split("\n");
        let at = -1;
        for (const line of untouched(text)) {
          at = lines.indexOf(line, at + 1);
          expect(at).toBeGreaterThanOrEqual(0);
        }
        for (const { mounts } of once.steps) {
          const ids = mounts.map(({ id, env }) => env ?? id ?? "");
          const isBoth = ids.includes("aws-identity-token") && ids.includes("AWS_ACCESS_KEY_ID");
          expect(isBoth).toBe(false);
        }
        const twice = read(once.after, name, called);
        expect(twice?.edits).toEqual([]);
        expect(text.includes("\r\n") ? once.after.replace(/\r\n/g, "") : "").not.toContain("\n");
      }),
      { numRuns: 300, seed: 77 },
    );
  });
});

/** Nothing for a file that cannot be read, or whose steps would get two things at one place: an error, and no change. */
function read(text: string, name: (typeof migrationNames)[number], called: string) {
  try {
    const done = migrated(text, name, { name: called });
    return { ...done, steps: stepsOf(readTemplate(Buffer.from(done.after, "latin1"), called)) };
  } catch (error) {
    expect(error).toMatchObject({ name: "SealError" });
    expect(String(error)).not.toContain("would differ");
    return undefined;
  }
}
