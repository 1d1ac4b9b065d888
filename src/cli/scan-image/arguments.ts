import { SealError } from "../../error.ts";
import type { Severity } from "../../finding/finding.ts";
import { type Options, printOptions, readOptions } from "../option.ts";
import { type AskedReport, readReports, reportOptions } from "../report-option.ts";

export const formats = ["text", "json", "sarif", "junit", "github", "gitlab", "html"] as const;
export type Format = (typeof formats)[number];

export type ScanCommand = {
  readonly image: string;
  /** A file of values to look for, or `-`. */
  readonly needles: string | undefined;
  /** Platforms as `os/architecture[/variant]`; empty: all. */
  readonly platforms: readonly string[];
  readonly reports: readonly AskedReport<Format>[];
  /** Left out, the configuration's. */
  readonly failOn: Severity | "never" | undefined;
  /** Ids of rules; empty: the configuration's, else all. */
  readonly only: readonly string[];
  readonly ruleFiles: readonly string[];
  readonly skipPaths: readonly string[];
  readonly baseline: string | undefined;
  readonly updateBaseline: boolean;
  readonly ignore: string | undefined;
  readonly config: string | undefined;
  readonly verify: boolean;
};

export const options = {
  needles: {
    value: "FILE",
    says: "Look for these values, too: a JSON object of name and value, or one value a line; - is stdin",
  },
  platform: {
    value: "PLATFORM",
    repeat: true,
    says: "Of an index only this platform (linux/arm64). May be given several times; else all",
  },
  ...reportOptions(formats),
  only: {
    value: "RULE,…",
    repeat: true,
    says: "Only these rules; known-value stands for the values of --needles",
  },
  rule: { value: "FILE", repeat: true, says: "Rules of your own, beside those that are built in (YAML)" },
  "skip-path": {
    value: "GLOB",
    repeat: true,
    says: "Rules do not report there; known values are searched for everywhere",
  },
  baseline: { value: "FILE", says: "Do not report what this file lists, and say what of it is there no more" },
  "update-baseline": { says: "Write everything that is found now into the baseline, but no known value" },
  ignore: { value: "FILE", says: "Do not report what this list of reasons and days allows (YAML)" },
  config: { value: "FILE", says: "Use this configuration instead of the nearest buildseal.yaml" },
  verify: {
    value: "ISSUER",
    choices: ["aws"],
    says: "aws: ask AWS whether the keys that were found are still valid. They leave the machine",
  },
} as const satisfies Options;

export function scanHelp(): string {
  return `Usage:  buildseal scan-image [OPTIONS] IMAGE

Reads every byte of every layer, of the config, the history, annotations and attestations, and says what in it looks like a
secret, and where it came from. IMAGE is one of
  NAME[:TAG|@DIGEST]           the local daemon's if it has it, else the registry's
  docker-daemon:NAME           the local daemon's
  docker://NAME                the registry's, with Docker's own logins
  docker-archive:FILE[:NAME]   what docker save wrote
  oci-archive:FILE[:TAG]       an OCI layout in a tar
  oci:FOLDER[:TAG]             an OCI layout in a folder
  -                            an archive on stdin

${printOptions(options)}

Exit status: 0 nothing at or above --fail-on, 1 something, 2 not all could be read.
`;
}

/** @throws SealError ARGUMENT */
export function parseScanCommand(words: readonly string[]): ScanCommand | "help" {
  const given = readOptions("scan-image", options, words);
  if (given.has("help")) return "help";
  const [image, ...more] = given.words;
  if (image === undefined) throw wrong("No image is named", "See 'buildseal scan-image --help'");
  if (more.length > 0) throw wrong(`One image at a time: '${more[0]}' is one too many`, "Run it once for each");
  const needles = given.value("needles");
  if (needles === "-" && image === "-") {
    throw wrong("Image and needles cannot both come on stdin", "Give one of them as a file");
  }
  const only = given.values("only").flatMap((value) => value.split(",").map((name) => name.trim()));
  if (only.includes("")) throw wrong("--only names a rule that is empty", "Write --only RULE,RULE");
  if (only.length > 0 && needles !== undefined && !only.includes("known-value")) {
    throw wrong("--needles looks for values, and --only leaves that out", "Add known-value to --only");
  }
  return {
    image,
    needles,
    platforms: given.values("platform"),
    reports: readReports(formats, given.values("format"), given.value("output")),
    failOn: given.value("fail-on") as ScanCommand["failOn"],
    only,
    ruleFiles: given.values("rule"),
    skipPaths: given.values("skip-path"),
    baseline: given.value("baseline"),
    updateBaseline: given.has("update-baseline"),
    ignore: given.value("ignore"),
    config: given.value("config"),
    verify: given.has("verify"),
  };
}

function wrong(message: string, remedy: string): SealError {
  return new SealError("ARGUMENT", message, remedy);
}
