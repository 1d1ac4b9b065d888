import { describe, expect, test } from "vitest";
import { createProgress, openProgress } from "../../../../src/cli/scan-image/progress.ts";
import { columnsOf } from "../../../../src/report/printable.ts";

function screen(columns = 80) {
  const written: string[] = [];
  const clock = { at: 0 };
  const progress = createProgress({ columns: () => columns, write: (text) => written.push(text), now: () => clock.at });
  return { progress, written, clock };
}

const stats = { bytes: 312_000_000, files: 8214, layers: 3 };
const hidden = /\r\x1b\[2K/g;

describe("the progress of a scan", () => {
  test("says how much was read, how fast, and what is being read", () => {
    const { progress, written, clock } = screen();
    clock.at = 1000;
    progress.show(stats, () => "usr/lib/x.so");
    expect(written).toEqual(["\r\x1b[2Kscanning  312 MB, 312 MB/s, 3 layers, 8,214 files  usr/lib/x.so"]);
  });

  test("is nothing for a scan that is over at once, and then there is nothing to wipe", () => {
    const { progress, written, clock } = screen();
    for (clock.at = 0; clock.at < 400; clock.at += 10) progress.show(stats, () => "");
    progress.wipe();
    expect(written).toEqual([]);
  });

  test("is drawn ten times a second at most, and wiped at the end, once", () => {
    const { progress, written, clock } = screen();
    for (clock.at = 0; clock.at < 2400; clock.at++) progress.show(stats, () => "");
    expect(written).toHaveLength(20);
    progress.wipe();
    progress.wipe();
    expect(written.slice(20)).toEqual(["\r\x1b[2K"]);
  });

  test("never breaks a line, nor does what a path holds do anything to a terminal", () => {
    const path = `a/${"漢字".repeat(30)}\x1b[2J\n\u202eb`;
    for (let columns = 1; columns < 140; columns++) {
      const { progress, written, clock } = screen(columns);
      clock.at = 1000;
      progress.show(stats, () => path);
      const line = written[0]!.replace(hidden, "");
      expect(columnsOf(line)).toBeLessThan(Math.max(2, columns));
      expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/);
    }
  });

  test("is only for a terminal", () => {
    expect(process.stderr.isTTY).not.toBe(true);
    expect(openProgress({ environment: {} })).toBeUndefined();
  });
});
