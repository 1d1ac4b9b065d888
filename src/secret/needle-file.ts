import { Secret } from "./secret.ts";

/**
 * Values to look for, as a user lists them: a JSON object of name and value, else one value a line (`needle-1` …, by the
 * line's number). undefined: it begins as an object and is none of texts. What is said of it may not be shown: it holds values.
 */
export function readNeedleFile(bytes: Uint8Array): readonly Secret[] | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!text.trimStart().startsWith("{")) {
    return text
      .split("\n")
      .map((line) => line.replace(/\r$/, ""))
      .flatMap((line, index) => (line === "" ? [] : [new Secret(`needle-${index + 1}`, line)]));
  }
  const values = parsed(text);
  if (values === undefined || Object.values(values).some((value) => typeof value !== "string")) return undefined;
  return Object.entries(values).map(([name, value]) => new Secret(name, value as string));
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
