import { scanDockerfile } from "../../dockerfile/index.ts";
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
  const render = createRenderTemplate(commandWords(command, "--render"), name, environment);
  const before = await render(outcome.before);
  const after = outcome.after === undefined ? before : await render(outcome.after);
  const rendered = scanDockerfile(before, `${name}, rendered`);
  if (rendered.problem !== undefined) throw rendered.problem;
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
