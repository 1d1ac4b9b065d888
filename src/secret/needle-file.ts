import { Secret } from "./secret.ts";

/**
 * Values to look for, as a user lists them: a JSON object of name and value, else one value a line (`needle-1` …, by the
 * line's number), in UTF-8, or in what the mark at its start says. undefined: it begins as an object and is none of texts.
 * What is said of it may not be shown: it holds values.
 */
export function readNeedleFile(bytes: Uint8Array): readonly Secret[] | undefined {
  const content = withoutMark(bytes);
  const text = content.toString("utf8");
  if (!text.trimStart().startsWith("{")) return readLines(content);
  const values = parsed(text);
  if (values === undefined || Object.values(values).some((value) => typeof value !== "string")) return undefined;
  return Object.entries(values).map(([name, value]) => new Secret(name, value as string));
}

/** As UTF-8. PowerShell writes UTF-16, and a mark (Unicode 16, section 23.8) before either. */
function withoutMark(bytes: Uint8Array): Buffer {
  const content = Buffer.from(bytes);
  switch (content.subarray(0, 2).toString("hex")) {
    case "fffe":
      return Buffer.from(new TextDecoder("utf-16le").decode(content));
    case "feff":
      return Buffer.from(new TextDecoder("utf-16be").decode(content));
    default:
      return content.subarray(0, 3).toString("hex") === "efbbbf" ? content.subarray(3) : content;
  }
}

/** A line need not be text: its bytes are the value. */
function readLines(content: Buffer): readonly Secret[] {
  return content
    .toString("latin1")
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .flatMap((line, index) => (line === "" ? [] : [new Secret(`needle-${index + 1}`, Buffer.from(line, "latin1"))]));
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // its message quotes the text
    return undefined;
  }
}
