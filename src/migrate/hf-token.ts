import type { Mount } from "../dockerfile/mount.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import { type CredentialWay, wordIn } from "./credential-way.ts";
import { loginStays, logsIn, objectionToTokenFile, usesHub } from "./hf-objection.ts";
import type { Migration, MigrationSubject } from "./migration.ts";
import { moveCredential } from "./move-credential.ts";

const names = new Set(["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN"]);
// under these no library of Hugging Face's looks for it: what reads them is the step's own program
const isOtherName = /^(?:HUGGING_?FACE_(?:API_)?(?:TOKEN|KEY)|HUGGINGFACEHUB_API_TOKEN|HF_(?:API|HUB)_TOKEN)$/;
const usualId = "hf-token";

/** The token of Hugging Face becomes a file, which no program writes down with its environment. */
export const hfToken: Migration = {
  name: "hf-token",
  summary: "HF_TOKEN in a step's environment becomes a file, named by HF_TOKEN_PATH",
  find: (subject) => {
    const found = moveCredential(subject, {
      names,
      mayHold: /hf[-_](?:\w+_)?token|hugging_?face/i,
      what: "the token of Hugging Face in its environment",
      suspect,
      objection: ({ doubt, rest }, step, script) =>
        (logsIn(script()) ? loginStays : undefined) ??
        doubt ??
        hasPath(rest, step, subject) ??
        objectionToTokenFile(rest, script()),
      silent: "compilers and installers",
      grant: (_, way, sure, script) =>
        sure || usesHub(script(), way.rest) ? `secret=${idOf(way, subject)},file=HF_TOKEN_PATH` : undefined,
      remedy: "Change it by hand: mount the token as a file, name it by HF_TOKEN_PATH and let huggingface_hub read it",
    });
    const ids = found.changes.flatMap((change) =>
      change.kind === "step" ? (/^secret=([^,]+)/.exec(change.grant ?? "")?.[1] ?? []) : [],
    );
    return { ...found, secrets: [...new Set(ids)] };
  },
};

function suspect({ type, id, env }: Mount, _: Step, script: () => Script): string | undefined {
  if (type !== "secret") return undefined;
  if (env !== undefined && isOtherName.test(env)) {
    return `mounts ${id ?? env} as ${env}, which only its own program reads: no library of Hugging Face's does`;
  }
  const isToken = env === undefined && /^(?:hf|hugging_?face)[-_.]?(?:\w+[-_.])?token$/i.test(id ?? "");
  return isToken && logsIn(script()) ? `mounts ${id}, and ${loginStays}` : undefined;
}

function hasPath(rest: string, step: Step, { settings }: MigrationSubject): string | undefined {
  const set = settings(step).variable("HF_TOKEN_PATH");
  const isMounted = step.mounts.some(({ env }) => env === "HF_TOKEN_PATH");
  const isSet = wordIn(rest, "HF_TOKEN_PATH") || isMounted || (set.known && set.value !== undefined);
  return isSet ? "it has HF_TOKEN_PATH already" : undefined;
}

/** That of buildseal.yaml, else the usual one. */
export function hubTokenId(idFor: (variable: string) => string, declared: ReadonlySet<string>): string {
  const usual = idFor("HF_TOKEN");
  return declared.has(usual) ? usual : usualId;
}

/** The id that it has; one secret keeps one id. */
function idOf({ mounts }: CredentialWay, { idFor, declared }: MigrationSubject): string {
  const own = mounts.find(({ id }) => id !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,57}$/.test(id))?.id;
  if (own !== undefined) return own;
  return hubTokenId(idFor, declared);
}
