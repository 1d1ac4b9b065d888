import { SealError } from "../error.ts";
import type { Options } from "./option.ts";

/** A report that was asked for; without a file it goes to stdout. */
export type AskedReport<Format extends string> = { readonly format: Format; readonly file: string | undefined };

/** The options about reports. */
export function reportOptions<Format extends string>(formats: readonly Format[]) {
  return {
    format: {
      value: "F[=FILE]",
      choices: formats,
      repeat: true,
      says: `${formats.join(", ")}; to a file where one is named. May be given several times`,
    },
    output: { value: "FILE", short: "o", says: "Write the report there instead of stdout" },
    "fail-on": {
      value: "SEVERITY",
      choices: ["error", "warning", "info", "never"],
      says: "The least severity that makes the exit status 1 (error); never: none does",
    },
  } as const satisfies Options;
}

/**
 * What `--format F[=FILE]` and `--output FILE` ask for: text where no format is named.
 * @throws SealError ARGUMENT
 */
export function readReports<Format extends string>(
  formats: readonly ("text" | Format)[],
  values: readonly string[],
  output: string | undefined,
): readonly AskedReport<Format>[] {
  const reports = (values.length === 0 ? ["text"] : values).map((value) => {
    const equals = value.indexOf("=");
    const format = (equals < 0 ? value : value.slice(0, equals)) as Format;
    if (!formats.includes(format)) throw wrong(`There is no format ${format}`, `Write one of ${formats.join(", ")}`);
    if (equals === value.length - 1) throw wrong(`--format ${format}= names no file`, `Write --format ${format}=FILE`);
    return { format, file: equals < 0 ? undefined : value.slice(equals + 1) };
  });
  const open = reports.filter(({ file }) => file === undefined);
  if (open.length > 1) {
    throw wrong("Two formats would go to one place", `Write --format ${open[1]!.format}=FILE for one of them`);
  }
  if (output !== undefined && open.length === 0) {
    throw wrong("--output has nothing to write: every format has its own file", "Take --output out");
  }
  const named = reports.map(({ format, file }) => ({ format, file: file ?? output }));
  const twice = named.find(({ file }, at) => file !== undefined && named.findIndex((one) => one.file === file) !== at);
  if (twice !== undefined) throw wrong(`Two formats would go to ${twice.file}`, "Name two files");
  return named;
}

function wrong(message: string, remedy: string): SealError {
  return new SealError("ARGUMENT", message, remedy);
}
