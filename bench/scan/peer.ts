import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Run } from "../in-turn.ts";

/** Another scanner of whole images: how it is asked, and how much of its time ours may take. */
export type Peer = {
  readonly name: string;
  readonly most: number;
  /** What of the image it leaves unread. */
  readonly leavesOut: string;
  readonly command: (archive: string) => readonly string[];
  readonly statuses: readonly number[];
  /** Seconds of one run are many: it is run once. */
  readonly isSlow: boolean;
};

export const peers: readonly Peer[] = [
  {
    name: "trivy",
    most: 0.25,
    leavesOut: "binaries, large files, its own list of paths",
    command: (archive) => [
      "trivy",
      "image",
      "--quiet",
      "--input",
      archive,
      "--scanners",
      "secret",
      "--image-config-scanners",
      "secret",
      "--skip-db-update",
      "--offline-scan",
      // else what it found the first time is all that it looks at
      "--cache-backend",
      "memory",
    ],
    statuses: [0],
    isSlow: false,
  },
  {
    name: "kingfisher",
    most: 1 / 30,
    leavesOut: "nothing, with --no-limits",
    command: (archive) => ["kingfisher", "scan", "docker", "--archive", archive, "--no-limits", "--no-validate"],
    statuses: [0, 200, 205],
    isSlow: true,
  },
  {
    name: "trufflehog",
    most: 1 / 60,
    leavesOut: "files over 50 MB, zstd layers",
    command: (archive) => ["trufflehog", "docker", "--image", `file://${archive}`, "--no-verification", "--no-update"],
    statuses: [0, 183],
    isSlow: true,
  },
];

export function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

export function versionOf(program: string): string {
  const { stdout, stderr } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? "";
}

/** ripgrep over the same bytes, for the same literals: a search that knows no tar, no rule and no digest. */
export function ripgrep(words: string, archive: string): Run {
  return { command: ["rg", "-a", "-c", "-F", "-f", words, archive], statuses: [0, 1], reads: true };
}
