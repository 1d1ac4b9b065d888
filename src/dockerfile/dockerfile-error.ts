import { SealError } from "../error.ts";

/** What keeps a Dockerfile from being read or changed, with the line (from 1) where it begins. */
export type DockerfileError = SealError & { readonly line: number };

/** `name` is what the user calls the file. */
export function dockerfileError(name: string, line: number, what: string, remedy: string): DockerfileError {
  return Object.assign(new SealError("DOCKERFILE", `${name}, line ${line}: ${what}`, remedy), { line });
}
