import type { DockerfileSubject } from "./rule.ts";
import { fileMayServe, ofVariables } from "./served.ts";

/** What is asked of the whole file, once. */
export type FileFacts = {
  readonly copiesSecrets: () => boolean;
  /** The lines of instructions that may give git a key, or rewrite its URLs. */
  readonly sshLines: () => readonly number[];
  readonly servedByFile: (served: RegExp) => boolean;
};

export const SSH_SCHEME = /(?:git\+)?ssh:\/\/\S+/g;
export const SSH_GIVEN = /ssh|id_(?:rsa|ed25519|ecdsa)|insteadOf|\.gitconfig|GIT_(?:SSH|CONFIG)/i;

export function factsOf({ dockerfile: { instructions } }: DockerfileSubject): FileFacts {
  const copied = () => instructions.filter(({ known }) => known === "COPY" || known === "ADD" || known === "ARG");
  const served = new Map<RegExp, boolean>();
  let copiesSecrets: boolean | undefined;
  let sshLines: readonly number[] | undefined;
  return {
    copiesSecrets() {
      copiesSecrets ??= copied().some(({ args }) => args.some((arg) => arg.startsWith("/run/secrets")));
      return copiesSecrets;
    },
    sshLines() {
      sshLines ??= instructions
        .filter(({ known, body }) => known !== "FROM" && SSH_GIVEN.test(body.replaceAll(SSH_SCHEME, "")))
        .map(({ line }) => line);
      return sshLines;
    },
    servedByFile(pattern) {
      const known =
        served.get(pattern) ??
        copied().some(({ known: what, args }) =>
          what === "ARG"
            ? args.some((arg) => ofVariables(pattern).test(arg.split("=", 1)[0]!))
            : isCopied(args, pattern),
        );
      served.set(pattern, known);
      return known;
    },
  };
}

/** By its own name, or by the hidden folder that it goes to. */
function isCopied(paths: readonly string[], pattern: RegExp): boolean {
  const destination = paths.at(-1) ?? "";
  if (paths.slice(0, -1).some((path) => fileMayServe(path, pattern))) return true;
  return /(?:^|\/)\.\w/.test(destination) && pattern.test(destination);
}
