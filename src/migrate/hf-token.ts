import type { Step } from "../dockerfile/step.ts";
import { type CredentialWay, wordIn } from "./credential-way.ts";
import type { Migration, MigrationSubject } from "./migration.ts";
import { moveCredential } from "./move-credential.ts";

const names = new Set(["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN"]);
const usualId = "hf-token";

/** The token of Hugging Face becomes a file, which no program writes down with its environment. */
export const hfToken: Migration = {
  name: "hf-token",
  summary: "HF_TOKEN in a step's environment becomes a file, named by HF_TOKEN_PATH",
  find: (subject) => {
    const found = moveCredential(subject, {
      names,
      mayHold: /HF_TOKEN|HUGGING_?FACE_HUB_TOKEN/,
      what: "the token of Hugging Face in its environment",
      lacks: ({ rest }, step) => lackOf(rest, step, subject),
      grant: (_, way, sure) =>
        sure || usesHub(way.rest) ? `secret=${idOf(way, subject)},file=HF_TOKEN_PATH` : undefined,
      remedy: "Change it by hand: mount the token as a file and name it by HF_TOKEN_PATH",
    });
    const ids = found.changes.flatMap((change) =>
      change.kind === "step" ? (/^secret=([^,]+)/.exec(change.grant ?? "")?.[1] ?? []) : [],
    );
    return { ...found, secrets: [...new Set(ids)] };
  },
};

function lackOf(rest: string, step: Step, { settings }: MigrationSubject): string | undefined {
  const set = settings(step).variable("HF_TOKEN_PATH");
  const isMounted = step.mounts.some(({ env }) => env === "HF_TOKEN_PATH");
  const isSet = wordIn(rest, "HF_TOKEN_PATH") || isMounted || (set.known && set.value !== undefined);
  return isSet ? "it has HF_TOKEN_PATH already" : undefined;
}

/** The id that it has; one secret keeps one id. */
function idOf({ mounts }: CredentialWay, { idFor, declared }: MigrationSubject): string {
  const own = mounts.find(({ id }) => id !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,57}$/.test(id))?.id;
  if (own !== undefined) return own;
  const usual = idFor("HF_TOKEN");
  return declared.has(usual) ? usual : usualId;
}

function usesHub(text: string): boolean {
  return /\b(?:hf|huggingface-cli)\s+(?:download|upload|models?|repo)\b|\bhuggingface_hub\b|\bsnapshot_download\b|\bfrom_pretrained\b|\bhf_hub_download\b/.test(
    text,
  );
}
