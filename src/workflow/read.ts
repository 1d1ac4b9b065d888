import { toText } from "../dockerfile/index.ts";
import { readHcl } from "./bake/hcl.ts";
import { readBakeHcl, readBakeJson } from "./bake/read-bake.ts";
import { readCompose } from "./compose/read-compose.ts";
import type { CiDocument, CiFile, CiProblem } from "./document.ts";
import { readAction } from "./github/read-action.ts";
import { readWorkflow } from "./github/read-workflow.ts";
import { readPipeline } from "./gitlab/read-pipeline.ts";
import { type CiFormat, formatOf } from "./kind.ts";
import { scriptOf } from "./script.ts";
import { rawText } from "./sourced-text.ts";
import { readYaml, type YamlReading } from "./yaml/read-yaml.ts";

/**
 * Reads a CI file, a compose or bake file or a shell script. It never throws for content: what cannot be read is a
 * problem of the document's, and what could be read beside it is there. `format` goes before what name and content
 * tell; a file of which they tell nothing is read as a workflow where it is YAML, else as a shell script.
 */
export function readCiDocument(name: string, source: Uint8Array, format?: CiFormat): CiDocument {
  const text = toText(source);
  const kind = format ?? formatOf(name, text) ?? (/\.ya?ml$/i.test(name) ? "github-workflow" : "shell");
  const unreadable = whyUnreadable(text);
  const content = readContent(kind, unreadable === undefined ? text : "");
  const problems = withLines(text, unreadable === undefined ? content.problems : [unreadable]);
  const [first] = problems;
  const problem =
    first === undefined ? undefined : { start: first.start, end: lineEnd(text, first.start), message: first.reason };
  return { ...content.read, name, text, problems, problem };
}

type Problem = { readonly start: number; readonly reason: string };
type Read<T> = T extends CiDocument ? Omit<T, keyof CiFile> : never;
type Content = { readonly read: Read<CiDocument>; readonly problems: readonly Problem[] };

function readContent(format: CiFormat, text: string): Content {
  if (format === "shell") {
    const start = text.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    const script = scriptOf(rawText(text, start, text.length), { posix: true, templated: false });
    return { read: { kind: "shell", script }, problems: [] };
  }
  if (format === "bake-hcl") {
    const { body, problems } = readHcl(text);
    return { read: readBakeHcl(body, text), problems };
  }
  const yaml = concernsBuilds(text) ? readYaml(text) : nothing;
  return { read: readers[format](yaml.documents), problems: yaml.problems };
}

const nothing: YamlReading = { documents: [], problems: [] };

const readers = {
  "github-workflow": readWorkflow,
  "github-action": readAction,
  gitlab: readPipeline,
  compose: readCompose,
  "bake-json": readBakeJson,
};

/**
 * Whether a YAML file has any of the words without which nobody builds, runs or hands a secret to a container. Most CI
 * files of a repository have none, and reading YAML takes a hundred times as long as this.
 */
function concernsBuilds(text: string): boolean {
  return /secret|docker|podman|buildah|buildctl|kaniko|nerdctl|buildx|buildseal|build-arg|args|bake|aws|hf_token/i.test(
    text,
  );
}

function whyUnreadable(text: string): Problem | undefined {
  if (text.startsWith("\xFF\xFE") || text.startsWith("\xFE\xFF")) return { start: 0, reason: "UTF-16, not UTF-8" };
  const zero = text.indexOf("\0");
  return zero < 0 ? undefined : { start: zero, reason: "a NUL byte: this is no text" };
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf("\n", start);
  return newline < 0 ? text.length : newline;
}

function withLines(text: string, problems: readonly Problem[]): CiProblem[] {
  let line = 1;
  let at = 0;
  return [...problems]
    .sort((a, b) => a.start - b.start)
    .map(({ start, reason }) => {
      for (let next = text.indexOf("\n", at); next >= 0 && next < start; next = text.indexOf("\n", at)) {
        line++;
        at = next + 1;
      }
      return { line, start, reason };
    });
}
