/** The public API: what reads Dockerfiles and templates without losing a byte, what lints them, and what searches images. */
export * from "./dockerfile/index.ts";
export { SealError, type SealErrorCode } from "./error.ts";
export type { FilePlace, Finding, ImagePlace, Severity, Skipped } from "./finding/finding.ts";
export { type LintOptions, lintSource } from "./lint/lint-source.ts";
export type { Neighbours } from "./lint/rule.ts";
export type { ImageScan } from "./scan/image-scan.ts";
export { scanArchive } from "./scan/scan-archive.ts";
export { scanFilesystemTar } from "./scan/scan-filesystem-tar.ts";
export type { ScanOptions } from "./scan/scan-options.ts";
export { createMask, type Mask, type MaskStream } from "./secret/mask.ts";
export { type Needle, needlesOf } from "./secret/needle.ts";
export { Secret } from "./secret/secret.ts";
