import { expect, test } from "vitest";
import { replay, watch } from "./replay.ts";

const esc = String.fromCharCode(0x1b);
const time = (ms: number) => new Date(Date.UTC(2026, 0, 2, 3, 4) + ms).toISOString();
const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);
const started = (digest: string, ms: number, name = `RUN ${digest}`) =>
  line({ vertexes: [{ digest, name, started: time(ms) }] });
const log = (vertex: string, text: string, ms: number) =>
  line({ logs: [{ vertex, stream: 1, data: Buffer.from(text).toString("base64"), timestamp: time(ms) }] });

/** What a terminal shows in the end: it knows the few sequences that the view uses. */
function screen(text: string): string[] {
  const rows: string[] = [""];
  let row = 0;
  let column = 0;
  const sequence = new RegExp(`${esc}\\[([?\\d;]*)([A-Za-z])|\\n|[^${esc}\\n]+`, "g");
  for (const [token, parameter, command] of text.matchAll(sequence)) {
    const count = Number(parameter) || 1;
    if (token === "\n") {
      row++;
      column = 0;
      rows[row] ??= "";
    } else if (command === "A") {
      row = Math.max(0, row - count);
    } else if (command === "B") {
      row = Math.min(rows.length - 1, row + count);
    } else if (command === "G") {
      column = count - 1;
    } else if (command === "K") {
      rows[row] = parameter === "2" ? "" : rows[row]!.slice(0, column);
    } else if (command === undefined) {
      rows[row] = rows[row]!.padEnd(column).slice(0, column) + token + rows[row]!.slice(column + token.length);
      column += token.length;
    } else {
      expect(["h", "l", "m"]).toContain(command);
    }
  }
  return rows.map((text) => text.trimEnd());
}

test("what stays on the terminal is a line for each step, the cached ones in one, and the warnings", async () => {
  const cached = screen(await replay("live", "fixtures/progress/buildx-0.29.1/cached.rawjson"));
  expect(cached).toEqual([
    expect.stringMatching(/^✔ #4 \[base 1\/2\] FROM buildseal\/busybox:latest +0\.0s$/),
    "✔ 6 steps from the cache",
    expect.stringMatching(/^✔ #12 exporting to image +0\.0s$/),
    expect.stringMatching(/^\[\+\] Building \d+\.\ds \(12\/12\)$/),
    "",
    " 1 warning found:",
    expect.stringMatching(/^ - JSONArgsRecommended: /),
    "",
  ]);
});

test("a failed step stays with its error and its last lines, then what buildx says", async () => {
  const rows = screen(await replay("live", "fixtures/progress/buildx-0.13.1/failure.rawjson"));
  const failed = rows.findIndex((row) => row.startsWith("✘ #12 [stage-2 5/5]"));
  expect(rows[failed + 1]).toMatch(/^ERROR: process .* exit code: 3$/);
  expect(rows[failed + 2]).toBe("------");
  expect(rows.slice(failed).filter((row) => /^[\d.]+ before the end: \d+$/.test(row))).toHaveLength(10);
  expect(rows).toContain("Failing:15");
  expect(rows.at(-2)).toMatch(/^\[\+\] Building/);
});

test("running steps show their time and last lines, a line that is written over as it is now", async () => {
  const { progress, advanceTo, written } = await watch("live");
  progress.push(started("a", 0));
  progress.push(started("b", 0));
  progress.push(log("a", Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join(""), 100));
  progress.push(log("b", " 10%\r 42%", 100));
  advanceTo(2500);
  const rows = screen(written());
  expect(rows[0]).toBe("[+] Building 2.5s (0/2)");
  expect(rows).toContainEqual(expect.stringMatching(/^ > #1 RUN a +2\.5s$/));
  expect(rows).toContain("   0.100 line 19");
  expect(rows).not.toContain("   0.100 line 13");
  expect(rows).toContain("    42%");
});

test("however small the terminal is or becomes, no line is wider and there are no more lines than fit", async () => {
  let size = { columns: 100, rows: 30 };
  const { progress, advanceTo, fresh } = await watch("live", { size: () => size });
  for (let i = 0; i < 12; i++) {
    progress.push(started(`s${i}`, 0, `RUN ${"漢字 wide and long ".repeat(20)}`));
    progress.push(log(`s${i}`, `${"\tlong 漢字 \x1b[31mred ".repeat(30)}\nx\n`, 10));
  }
  let at = 0;
  for (const next of [
    { columns: 100, rows: 30 },
    { columns: 40, rows: 10 },
    { columns: 12, rows: 4 },
    { columns: 200, rows: 60 },
  ]) {
    size = next;
    fresh();
    at += 300;
    advanceTo(at);
    const frames = fresh().split(`${esc}[?2026h`).slice(1);
    for (const frame of frames) {
      const rows = frame
        .replace(new RegExp(`${esc}\\[[?\\d;]*[A-Za-z]`, "g"), "")
        .split("\n")
        .slice(0, -1);
      expect(rows.length).toBeLessThan(next.rows);
      for (const row of rows) {
        expect([...row].reduce((sum, char) => sum + (char > "\u2e80" ? 2 : 1), 0)).toBeLessThanOrEqual(next.columns);
      }
    }
  }
});

test("the cursor is hidden while it lasts and there again after it, however it ends", async () => {
  const { progress, advanceTo, written } = await watch("live");
  progress.push(started("a", 0));
  advanceTo(500);
  progress.end();
  expect(written().startsWith(`${esc}[?25l`)).toBe(true);
  expect(written().endsWith(`${esc}[?25h`)).toBe(true);
  advanceTo(5000);
  expect(written().endsWith(`${esc}[?25h`)).toBe(true);
});

test("colours are used only where they are allowed", async () => {
  const file = "fixtures/progress/buildx-0.29.1/failure.rawjson";
  const colour = `${esc}[31m`;
  expect(await replay("live", file, { colours: true })).toContain(`${colour}✘`);
  expect(await replay("live", file, { colours: false })).not.toContain(`${colour}✘`);
});

test("buildx's own lines are printed above what is running", async () => {
  const { progress, advanceTo, written } = await watch("live");
  progress.push(started("a", 0));
  advanceTo(300);
  progress.push(Buffer.from("WARNING: something\n"));
  advanceTo(600);
  const rows = screen(written());
  expect(rows[0]).toBe("WARNING: something");
  expect(rows[1]).toMatch(/^\[\+\] Building/);
});
