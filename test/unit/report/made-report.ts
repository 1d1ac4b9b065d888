import type { Finding, ImagePlace } from "../../../src/finding/finding.ts";
import type { ImageReport } from "../../../src/report/image-report.ts";

/** What could end a command, a tag, a string or a line, control a terminal, or lead out of a folder. */
export const hostile =
  "../..//\x1b[31m\r\n::error::x \"<&>'</script></style><img src=x onerror=alert(1)>\u2028\ud800\u202e##[group]a,b%{0}[x](y)`";

const layer = {
  index: 3,
  digest: `sha256:${"1".repeat(64)}`,
  diffId: `sha256:${"2".repeat(64)}`,
  createdBy: "RUN make",
};

export const inLayer: ImagePlace = {
  surface: "layer",
  platform: "linux/amd64",
  layer,
  path: "srv/app.tgz",
  inner: ["etc/app.conf"],
  line: 7,
  offset: 120,
  deletedIn: 5,
};

export const leak: Finding = {
  rule: "known-value",
  severity: "error",
  message: "The secret npm-token is in a file",
  remedy: "Build again.",
  fingerprint: "0123456789abcdef0123456789abcdef",
  secret: { name: "npm-token", encoding: "base64", redacted: "40 characters, not shown" },
  where: inLayer,
  places: [
    { ...inLayer, platform: "linux/arm64" },
    { surface: "slack", platform: "linux/amd64", layer, offset: 9 },
  ],
};

export const pattern: Finding = {
  rule: "github-token",
  severity: "warning",
  message: "A GitHub token is in the image's history",
  remedy: "Revoke it.",
  fingerprint: "fedcba9876543210fedcba9876543210",
  secret: { redacted: "ghp_…xy (40 characters)" },
  where: { surface: "history", platform: "linux/amd64", path: "history[2].created_by" },
};

export const unused: Finding = {
  rule: "unused-ignore-entry",
  severity: "info",
  message: "The entry for netrc at x ignores nothing",
  remedy: "Take it out.",
  fingerprint: "00000000000000000000000000000000",
  where: { file: "ignore.yaml", line: 3, column: 3, endLine: 3, endColumn: 4 },
};

/** A finding whose every text comes from somebody who means harm. */
export const nasty: Finding = {
  rule: "netrc",
  severity: "error",
  message: hostile,
  remedy: hostile,
  fingerprint: "11111111111111111111111111111111",
  secret: { redacted: hostile },
  where: {
    ...inLayer,
    platform: hostile,
    layer: { ...layer, createdBy: hostile, base: hostile },
    path: hostile,
    inner: [hostile, hostile],
  },
  places: [{ surface: "annotation", path: hostile }],
};

export function madeReport(over: Partial<ImageReport> = {}): ImageReport {
  return {
    tool: { name: "buildseal", version: "1.2.3" },
    image: "app:1",
    digest: `sha256:${"3".repeat(64)}`,
    platforms: ["linux/amd64", "linux/arm64"],
    complete: true,
    findings: [leak, pattern, unused],
    skipped: [],
    leftOut: [{ what: "usr/share/doc", why: "rules do not report there", count: 12 }],
    stats: { bytes: 552_000_000, files: 8214, layers: 5, ms: 240 },
    began: Date.UTC(2030, 0, 2, 3, 4, 5),
    ended: Date.UTC(2030, 0, 2, 3, 4, 6),
    rules: (id) =>
      id === "github-token"
        ? { id, severity: "error", title: "A token of GitHub's", help: "What it is.\n\nWhy `it` is bad." }
        : undefined,
    ...over,
  };
}

/** A report in which everything that can be hostile is. */
export function nastyReport(): ImageReport {
  return madeReport({
    image: hostile,
    digest: hostile,
    platforms: [hostile, "linux/arm64"],
    complete: false,
    findings: [nasty, leak],
    skipped: [{ what: hostile, why: hostile }],
    leftOut: [{ what: hostile, why: hostile }],
  });
}
