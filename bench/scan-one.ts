/**
 * One scan by itself, for `bench/scan.ts` to time: `scan-one.ts FILE NEEDLES`, or `scan-one.ts docker:IMAGE NEEDLES`
 * for the stream of `docker save`. Prints what it did as JSON.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { scanArchive } from "../src/scan/scan-archive.ts";
import { needlesOf } from "../src/secret/needle.ts";
import { Secret } from "../src/secret/secret.ts";

const [what = "", count = "6"] = process.argv.slice(2);
const isEngine = what.startsWith("docker:");
const secrets = Array.from({ length: Number(count) }, (_, index) => new Secret(`value-${index}`, makeValue(index)));
const needles = secrets.flatMap((secret) => needlesOf(secret, "scan"));
const stream = isEngine
  ? spawn("docker", ["save", what.slice("docker:".length)], { stdio: ["ignore", "pipe", "inherit"] }).stdout
  : createReadStream(what, { highWaterMark: 1 << 20 });
const scan = await scanArchive(stream, {
  needles,
  nowSeconds: Math.floor(Date.now() / 1000),
  trustNames: isEngine,
});
process.stdout.write(
  JSON.stringify({
    complete: scan.complete,
    errors: scan.findings.filter(({ severity }) => severity === "error").length,
    others: scan.findings.filter(({ severity }) => severity !== "error").length,
    bytes: scan.stats.bytes,
    needles: needles.length,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);

/** Of three values one is a web identity token, two are short. */
function makeValue(index: number): string {
  const part = (bytes: number) => randomBytes(bytes).toString("base64url");
  return index % 3 === 0 ? `eyJ${part(60)}.eyJ${part(500)}.${part(256)}` : randomBytes(30).toString("base64");
}
