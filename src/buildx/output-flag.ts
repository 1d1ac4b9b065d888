import { SealError } from "../error.ts";
import { parseCsvRecord, printCsvRecord, splitPair } from "./csv-record.ts";
import { parseGoBoolean } from "./flag-table.ts";

/** One output: its type as written (`registry` is an image that is pushed), where it goes, and every other attribute. */
export type BuildOutput = {
  readonly type: string;
  readonly dest?: string;
  /** Keys in lower case, `name`, `push`, `compression`, `oci-mediatypes`, `annotation.…`, … */
  readonly attributes: Readonly<Record<string, string>>;
};

/**
 * Reads the value of `-o`: a record of key=value, or the shorthands `DIR` (local) and `-` (a tar on stdout). An empty text
 * is no output. Source: buildx `util/buildflags/export.go`.
 * @throws ARGUMENT what Docker refuses too
 */
export function parseOutputFlag(text: string): readonly BuildOutput[] {
  if (text === "") return [];
  const record = parseCsvRecord(text);
  if ("refused" in record) throw wrong(`an --output cannot be read: ${record.refused}`);
  const { fields } = record;
  if (fields.length === 1 && fields[0] === text && !text.startsWith("type=")) {
    return [text === "-" ? { type: "tar", dest: "-", attributes: {} } : { type: "local", dest: text, attributes: {} }];
  }
  const attributes: Record<string, string> = {};
  for (const field of fields) {
    const pair = splitPair(field);
    if (pair === undefined) throw wrong(`an --output has a field that is not key=value`);
    attributes[pair[0].toLowerCase().trim()] = pair[1];
  }
  const { type = "", dest, ...rest } = attributes;
  if (type === "") throw wrong("an --output has no type");
  return [{ type, ...(dest !== undefined && dest !== "" && { dest }), attributes: rest }];
}

const wrong = (message: string): SealError =>
  new SealError("ARGUMENT", `${message}.`, "Write --output type=TYPE,dest=PATH, or --output DIRECTORY.");

/** The value of an `-o`, always in its long form, quoted where it must be. */
export function printOutputFlag({ type, dest, attributes }: BuildOutput): string {
  const fields = [`type=${type}`];
  if (dest !== undefined) fields.push(`dest=${dest}`);
  for (const [key, value] of Object.entries(attributes)) fields.push(`${key}=${value}`);
  return printCsvRecord(fields);
}

export const attributeIsOn = ({ attributes }: BuildOutput, key: string): boolean =>
  parseGoBoolean(attributes[key] ?? "") === true;

/** Pushed to a registry: `type=registry`, and `type=image` with `push`. */
export const isPushed = (output: BuildOutput): boolean =>
  output.type === "registry" || (output.type === "image" && attributeIsOn(output, "push"));

/** A folder and not a file, which only an archive's type can be: `tar=false`. */
export const isFolder = (output: BuildOutput): boolean =>
  output.type === "local" || parseGoBoolean(output.attributes["tar"] ?? "") === false;

/**
 * The outputs with `--push` and `--load` worked in: `--push` turns every image output into a pushed one, or adds one;
 * `--load` adds a `docker` output unless there is one without a file. `registry` becomes the image that it is short for.
 * Source: buildx `commands/build.go`, RunBuild, and `build/opt.go`, CreateExports.
 */
export function effectiveOutputs(command: {
  readonly outputs: readonly BuildOutput[];
  readonly push: boolean;
  readonly load: boolean;
}): readonly BuildOutput[] {
  const pushed = (output: BuildOutput): BuildOutput => ({
    ...output,
    attributes: { unpack: "false", ...output.attributes, push: "true" },
  });
  const outputs = command.outputs.map((output) =>
    output.type === "registry" ? pushed({ ...output, type: "image" }) : output,
  );
  const all = command.push ? outputs.map((output) => (output.type === "image" ? pushed(output) : output)) : outputs;
  if (command.push && !all.some((output) => output.type === "image")) {
    all.push(pushed({ type: "image", attributes: {} }));
  }
  if (command.load && !all.some((output) => output.type === "docker" && output.dest === undefined)) {
    all.push({ type: "docker", attributes: {} });
  }
  return all;
}
