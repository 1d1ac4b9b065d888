import { SealError } from "../error.ts";
import type { Environment } from "../identity/host.ts";
import { printable } from "../report/printable.ts";
import { readEnvironment } from "../system/environment.ts";
import { type Hardened, hardenProcess } from "../system/hardening.ts";

/** What a command has of the machine: read once, handed on from here. */
export type Machine = {
  readonly environment: Environment;
  readonly hardened: Hardened;
  readonly folder: string;
  /** A sentence for the user, on stderr. */
  readonly say: (sentence: string) => void;
  /** A result, on stdout. */
  readonly print: (text: string) => void;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  readonly now: () => number;
};

/** @throws SealError NODE, ARGUMENT */
export function openMachine(): Machine {
  const environment = readEnvironment();
  const hardened = hardenProcess(environment);
  const { stderr } = process;
  return {
    environment,
    hardened,
    folder: currentFolder(),
    say: (sentence) => stderr.write(`buildseal: ${printable(sentence)}\n`),
    print: (text) => process.stdout.write(text),
    columns: stderr.isTTY ? stderr.columns : undefined,
    rows: stderr.isTTY ? stderr.rows : undefined,
    now: Date.now,
  };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new SealError("ARGUMENT", "The folder that you are in is not there any more", "Change to another", { cause });
  }
}

/** Writes what the user asked for, with the umask that he had: our own files have modes of their own. */
export async function withUserUmask<Result>({ hardened }: Machine, write: () => Promise<Result>): Promise<Result> {
  const own = process.umask(hardened.asUser(() => process.umask()));
  try {
    return await write();
  } finally {
    process.umask(own);
  }
}
