/**
 * How fast an image is searched: `npm run build && node bench/scan.ts [ROOTFS.tar]`. Without one, the Debian root with a
 * toolchain of the tests (`scripts/parts/image-toolchain`, 520 MB). Whole programs side by side, start-up included, the
 * page cache warm, the median of runs in turn. Peers that are not on the PATH are left out.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allInTurn, inTurn, once, type Run } from "./in-turn.ts";
import { program, withNode } from "./program.ts";
import { makeImage, type Packing, removeImage } from "./scan/made-image.ts";
import { isOnPath, peers, ripgrep, versionOf } from "./scan/peer.ts";
import { makeValues, writePasswords, writeWords } from "./scan/value.ts";
import { bounded, inMegabytes, inSeconds, printTable, type Row, ratio } from "./table.ts";

const rounds = 7;
const here = import.meta.dirname;
const folder = await mkdtemp(join(tmpdir(), "buildseal-bench-"));
try {
  print("a small image", await smallImage());
  await main(process.argv[2] ?? partOf("image-toolchain"));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main(root: string): Promise<void> {
  const forty = await makeValues(join(folder, "forty.json"), 40);
  const image = await makeImage(root, folder, "none", 1);
  print(
    `${Math.round(image.bytes / 1e6)} MB in one layer that is not compressed`,
    await wholePrograms(image.archive, forty),
  );
  print("growth", await growth(image.archive));
  await removeImage(image);
  for (const packing of ["gzip", "zstd"] as const) {
    for (const count of [1, 4])
      print(`${packing}, layers: ${count}`, await unpacking(root, packing, count, forty.file));
  }
}

async function wholePrograms(
  archive: string,
  forty: { file: string; literals: readonly Uint8Array[] },
): Promise<Row[]> {
  const words = join(folder, "words");
  const count = await writeWords(words, forty.literals);
  const runs: Run[] = [scan(archive, forty.file), { command: ["cat", archive], reads: true }];
  if (isOnPath("rg")) runs.push(ripgrep(words, archive));
  const fast = peers.filter(({ name, isSlow }) => !isSlow && isOnPath(name));
  for (const { command, statuses } of fast) runs.push({ command: command(archive), statuses });
  const [ours, cat, ...others] = await allInTurn(rounds, runs);
  const rows: Row[] = [
    { what: "cat", measured: inSeconds(cat!.seconds) },
    {
      what: `scan-image, 40 values in ${forty.literals.length} literals, all rules`,
      measured: inSeconds(ours!.seconds),
    },
    bounded("  its memory", ours!.megabytes, 256, inMegabytes),
  ];
  if (isOnPath("rg")) {
    const { seconds } = others.shift()!;
    rows.push({ what: `ripgrep ${versionOf("rg")}, ${count} of these literals`, measured: inSeconds(seconds) });
    rows.push(bounded("  of which scan-image takes", ours!.seconds / seconds, 0.5, ratio));
  }
  for (const { name, most, leavesOut, command, statuses, isSlow } of peers) {
    if (!isOnPath(name)) {
      rows.push({ what: `${name} (not on the PATH)`, measured: "—" });
      continue;
    }
    const { seconds, megabytes } = isSlow ? await once({ command: command(archive), statuses }) : others.shift()!;
    const what = `${name} ${versionOf(name)}, ${inMegabytes(megabytes)}; leaves out: ${leavesOut}`;
    rows.push({ what, measured: inSeconds(seconds) });
    rows.push(bounded("  of which scan-image takes", ours!.seconds / seconds, most, (value) => value.toFixed(3)));
  }
  return rows;
}

async function smallImage(): Promise<Row[]> {
  const image = await makeImage(partOf("image-busybox"), folder, "none", 1);
  const values = await makeValues(join(folder, "few.json"), 3);
  const [ours] = await inTurn(rounds, scan(image.archive, values.file));
  await removeImage(image);
  return [
    { what: "size", measured: inMegabytes(image.bytes / 1e6) },
    bounded("scan-image, 3 values, start-up included", ours!, 0.25, inSeconds),
  ];
}

async function growth(archive: string): Promise<Row[]> {
  const one = await makeValues(join(folder, "one.json"), 1);
  const thousand = await makeValues(join(folder, "thousand.json"), 1000);
  const passwords = await writePasswords(join(folder, "passwords.json"), 1000);
  const [few, many, short] = await allInTurn(rounds, [
    scan(archive, one.file),
    scan(archive, thousand.file),
    scan(archive, passwords),
  ]);
  return [
    { what: "1 value", measured: inSeconds(few!.seconds) },
    bounded("  1,000 values to 1", many!.seconds / few!.seconds, 1.5, ratio),
    bounded("  their memory", many!.megabytes, 256, inMegabytes),
    bounded("  1,000 passwords of 12 characters to 1 value", short!.seconds / few!.seconds, 1.5, ratio),
    bounded("  their memory", short!.megabytes, 256, inMegabytes),
  ];
}

async function unpacking(root: string, packing: Packing, count: number, values: string): Promise<Row[]> {
  const image = await makeImage(root, folder, packing, count);
  try {
    const [ours, alone] = await allInTurn(rounds, [
      scan(image.archive, values),
      { command: [process.execPath, join(here, "scan/unpack.ts"), ...image.layers] },
    ]);
    return [
      { what: "decompression alone, in Node", measured: inSeconds(alone!.seconds) },
      { what: "scan-image, 40 values", measured: inSeconds(ours!.seconds) },
      bounded("  to decompression alone", ours!.seconds / alone!.seconds, 1.2, ratio),
      bounded("  its memory", ours!.megabytes, 256, inMegabytes),
    ];
  } finally {
    await removeImage(image);
  }
}

function scan(archive: string, values: string): Run {
  return {
    command: [program, "scan-image", `oci-archive:${archive}`, "--needles", values],
    environment: withNode(),
    statuses: [0, 1],
    // no buildseal.yaml there
    folder: tmpdir(),
  };
}

function partOf(name: string): string {
  const { status, stdout } = spawnSync(join(here, "../scripts/parts", name), [], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  return stdout.trim();
}

function print(title: string, rows: readonly Row[]): void {
  process.stdout.write(`\n## ${title}\n${printTable(rows)}`);
}
