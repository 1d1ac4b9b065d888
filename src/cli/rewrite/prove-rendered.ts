import { type DockerfileError, dockerfileError } from "../../dockerfile/dockerfile-error.ts";
import { type Dockerfile, scanDockerfile } from "../../dockerfile/index.ts";
import { SealError } from "../../error.ts";
import { compareRendered, type RenderProof } from "../../grant/compare-rendered.ts";
import { createRenderTemplate } from "../../system/render-command.ts";
import type { Machine } from "../machine.ts";
import { commandWords } from "./command-words.ts";
import { type Granting, planFile } from "./insert-grants.ts";
import type { Outcome } from "./outcome.ts";

/**
 * `--render`: renders a template before and after by the user's own command, and proves that only mounts differ and that
 * no step that is granted was hidden.
 *
 * @throws SealError DOCKERFILE, ARGUMENT
 */
export async function proveRendered(
  outcome: Outcome,
  granting: Granting,
  command: string,
  { environment }: Machine,
): Promise<RenderProof> {
  const { name } = outcome;
  const run = createRenderTemplate(commandWords(command, "--render"), name, environment);
  const render = (template: Uint8Array) => run(template).catch((error: unknown) => Promise.reject(inFile(name, error)));
  const before = await render(outcome.before);
  const after = outcome.after === undefined ? before : await render(outcome.after);
  const rendered = scanDockerfile(before, `${name}, rendered`);
  const problem = rendered.problem ?? noDockerfile(rendered);
  if (problem !== undefined) throw problem;
  const groups = new Set(outcome.edits.map(({ text }) => text));
  try {
    const plan = planFile(rendered, granting);
    return compareRendered(rendered, scanDockerfile(after, `${name}, rendered`), groups, plan);
  } catch (error) {
    const again = await render(outcome.before);
    if (Buffer.from(again.buffer, again.byteOffset, again.byteLength).equals(before)) throw error;
    throw new SealError(
      "DOCKERFILE",
      `${name}: the --render command gives another Dockerfile each time, so nothing can be compared`,
      "Take out what changes (a date, a random number), or run without --render",
      { cause: error },
    );
  }
}

function noDockerfile({ name, instructions }: Dockerfile): DockerfileError | undefined {
  const [first] = instructions;
  if (first === undefined || instructions.some(({ known }) => known !== undefined)) return undefined;
  const remedy = "See what the --render command prints: it has to be the whole Dockerfile and nothing else";
  return dockerfileError(name, first.line, `no instruction begins with ${first.keyword.slice(0, 40)}`, remedy);
}

function inFile(name: string, error: unknown): unknown {
  if (!(error instanceof SealError)) return error;
  return new SealError(error.code, `${name}: ${error.message}`, error.remedy, { cause: error });
}
