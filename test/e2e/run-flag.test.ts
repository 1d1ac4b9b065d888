import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHelp, runFlags } from "../../src/cli/run/flag-table.ts";
import { part } from "./service/part.ts";

test.each(["new", "old"])(
  "the table has every flag of the %s docker's own help, with a value where it takes one",
  async (kind) => {
    const root = await part("engine-root", [kind]);
    const help = execFileSync(join(root, "usr/bin/docker"), ["run", "--help"], { encoding: "utf8" });
    const known = runFlags();
    const real = readHelp(help);
    expect(real.length).toBeGreaterThan(90);
    expect(real.length).toBe(help.match(/^ {2,6}(?:-\w, )?--\w/gm)?.length);
    for (const { name, short, boolean } of real) {
      const flag = known.byName(name);
      expect([name, flag?.short, flag?.boolean]).toEqual([name, short, boolean]);
      if (short !== undefined) expect(known.byShort(short)?.name).toBe(name);
    }
  },
);
