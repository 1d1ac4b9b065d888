// What AWS's SDK costs where a session is minted, and that nobody else pays for it: fresh processes in turn, of a bundle
// as users have one.
//
//   node_modules/.bin/node bench/aws-session.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { inTurn } from "./in-turn.ts";
import { printTable } from "./table.ts";

const root = join(import.meta.dirname, "..");
const milliseconds = (seconds: number) => `${Math.round(seconds * 1000)} ms`;

/** What a build loads that has a session among its secrets, and what its first mint loads on top. */
const program = `
import { createSource } from "./src/source/kind/kind.ts";
import { openSts } from "./src/source/aws/sts.ts";
const host = { environment: {}, trust: "full", runName: "bench" };
createSource("bench", { from: "aws-session" }, host);
if (process.argv[2] === "mint") openSts({ host, place: {}, name: "bench", signal: undefined });
`;

const folder = mkdtempSync(join(tmpdir(), "session-bench-"));
try {
  const outfile = join(folder, "program.cjs");
  await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    target: "node22.15",
    format: "cjs",
    packages: "external",
    supported: { "dynamic-import": false },
    logLevel: "warning",
  });
  const run = (...words: string[]) => ({
    command: [process.execPath, ...words],
    environment: { ...process.env, NODE_PATH: join(root, "node_modules") },
  });
  const [node, made, minting] = await inTurn(15, run("-e", "0"), run(outfile), run(outfile, "mint"));
  const rows = [
    { what: "node -e 0", measured: milliseconds(node!) },
    { what: "all kinds of sources are there, one of them a session", measured: milliseconds(made!) },
    { what: "… and its first mint has loaded the SDK", measured: milliseconds(minting!) },
  ];
  process.stdout.write(printTable(rows));
} finally {
  rmSync(folder, { recursive: true });
}
