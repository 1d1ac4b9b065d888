import { invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand } from "../dockerfile/shell/script.ts";
import { programThatMayAsk } from "./silent-program.ts";

/**
 * Why a file with the token of Hugging Face may not do for a step: only the library huggingface_hub looks at HF_TOKEN_PATH.
 * One clause; undefined: all that may want the token is known to ask that library.
 */
export function objectionToTokenFile(text: string, script: Script): string | undefined {
  const others = script.commands.filter((command) => !asksHub(command, text));
  if (others.length === 0) return undefined;
  const program = programThatMayAsk({ ...script, commands: others }, "compilers and installers");
  return (
    program &&
    `${program} may read the variable itself, and a path does not give it that: only huggingface_hub looks for it`
  );
}

export const loginStays =
  "its login writes the token to a file that stays in the layer: with HF_TOKEN_PATH no login is needed";

/** Whether a text shows that what runs asks the hub. */
export function usesHub({ commands }: Script, text: string): boolean {
  return commands.some((command) => asksHub(command, text));
}

/** `hf auth login`, `huggingface-cli login`. */
export function logsIn({ commands }: Script): boolean {
  return commands.some((command) => {
    const invocation = invocationOf(command);
    if (invocation === undefined || !hubPrograms.has(invocation.program)) return false;
    const words = invocation.arguments.slice(0, 2).map(({ value }) => value);
    return words.includes("login");
  });
}

const hubPrograms: ReadonlySet<string> = new Set([
  "hf",
  "huggingface-cli",
  "transformers-cli",
  "optimum-cli",
  "text-generation-server",
]);

const library =
  /\b(?:huggingface_hub|transformers|diffusers|datasets|sentence_transformers|snapshot_download|hf_hub_download|from_pretrained|load_dataset)\b/;

function asksHub(command: ShellCommand, text: string): boolean {
  const invocation = invocationOf(command);
  if (invocation === undefined) return false;
  if (hubPrograms.has(invocation.program)) return true;
  if (!/^(?:ipython|python)[\d.]*$/.test(invocation.program)) return false;
  const [first] = invocation.arguments.map(({ value }) => value);
  // its program is in the step's own text, where it would be seen to read the variable itself
  const isInText = first === "-c" || first === "-" || (first === undefined && text.includes("<<"));
  return isInText && library.test(text);
}
