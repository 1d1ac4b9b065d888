import { SealError } from "../../error.ts";
import { type Options, printOptions, readOptions } from "../option.ts";

export type ScanCommand = {
  readonly image: string;
  /** A file of values to look for, or `-`. */
  readonly needles: string | undefined;
  /** Platforms as `os/architecture[/variant]`; empty: all. */
  readonly platforms: readonly string[];
  readonly format: "text" | "json";
  readonly output: string | undefined;
  readonly failOn: "error" | "warning" | "info" | "never";
};

const options = {
  needles: {
    value: "FILE",
    says: "Look for these values, too: a JSON object of name and value, or one value a line; - is stdin",
  },
  platform: {
    value: "PLATFORM",
    repeat: true,
    says: "Of an index only this platform (linux/arm64). May be given several times; else all",
  },
  format: { value: "F", choices: ["text", "json"], says: "text or json" },
  output: { value: "FILE", short: "o", says: "Write the report there instead of stdout" },
  "fail-on": {
    value: "SEVERITY",
    choices: ["error", "warning", "info", "never"],
    says: "The least severity that makes the exit status 1 (error); never: none does",
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
  return {
    image,
    needles,
    platforms: given.values("platform"),
    format: (given.value("format") ?? "text") as ScanCommand["format"],
    output: given.value("output"),
    failOn: (given.value("fail-on") ?? "error") as ScanCommand["failOn"],
  };
}

function wrong(message: string, remedy: string): SealError {
  return new SealError("ARGUMENT", message, remedy);
}
