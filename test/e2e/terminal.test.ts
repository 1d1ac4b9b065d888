import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEndlessBuild } from "./endless-build.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { openEngine } from "./open-engine.ts";
import { holdsWithin } from "./process-tree.ts";
import type { Engine } from "./service/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

const place = () => ({ engine, base: "buildseal/busybox", flags: [] });
/** All that moves the cursor, erases, or tells the terminal something; colours are none of it. */
const movements = /\u001b\[[\d;?]*[A-HJKSTfhlnsu]/g;

describe("on a terminal", () => {
  test("a view is drawn while it runs, and a value is not in it either", async () => {
    const { build } = await createGrantedBuild(place(), [
      'RUN granted && for n in 1 2 3 4 5; do cat $token; echo " line $n"; sleep 0.3; done; base64 -w 20 $token',
    ]);
    const outcome = await build([], { terminal: true });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stdout.match(movements)?.length ?? 0).toBeGreaterThan(3);
    expect(outcome.stdout).toContain("[secret token]");
    expect(outcome.stdout).toMatch(/buildseal {2}result/);
    // A cursor that was hidden for the view is shown again.
    expect(outcome.stdout.lastIndexOf("\u001b[?25l")).toBeLessThanOrEqual(outcome.stdout.lastIndexOf("\u001b[?25h"));
  });

  test("what a step prints cannot drive it", async () => {
    const attack = "printf '\\033]52;c;aGVsbG8=\\007\\033]0;owned\\007\\033[?1049h\\033[6n done\\n'";
    const { build } = await createGrantedBuild(place(), [`RUN granted && ${attack}; sleep 0.5`]);
    const outcome = await build([], { terminal: true });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stdout).not.toMatch(/\u001b\]|\u001b\[\?1049h|\u001b\[6n|\u0007/);
  });

  test("Ctrl-C ends Docker too, and waits for it", async () => {
    const endless = await createEndlessBuild(engine);
    const running = await endless.start({}, { terminal: true });
    expect(endless.stepRuns()).toBe(true);
    running.type("\u0003");
    expect((await running.ended).status).toBe(130);
    expect(endless.left()).toEqual([]);
    expect(await holdsWithin(10_000, () => !endless.stepRuns())).toBe(true);
  });

  test("of a failed build the failed step's last lines stay on it", async () => {
    const { build } = await createGrantedBuild(place(), ["RUN granted && echo last words && exit 5"]);
    const outcome = await build([], { terminal: true });
    expect(outcome.status, outcome.output).toBe(1);
    expect(outcome.stdout).toContain("last words");
    expect(outcome.stdout).toContain("exit code: 5");
  });
});
