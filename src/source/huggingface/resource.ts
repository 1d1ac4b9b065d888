import { SealError } from "../../error.ts";
import { quoted } from "../../identity/quoted.ts";

/** What a trusted publisher belongs to: one repository, or a user's account. */
export type Resource = {
  readonly kind: "repository" | "user";
  /** As it is sent. */
  readonly text: string;
  /** For a sentence: "the dataset acme/corpus". */
  readonly shown: string;
};

const kinds: Readonly<Record<string, string>> = {
  datasets: "dataset",
  spaces: "Space",
  kernels: "kernel",
  buckets: "bucket",
};
const word = /^[\w.-]+$/;

/** @throws SOURCE if it is none: the issuer would only say that it knows no such publisher. */
export function readResource(name: string, text: string): Resource {
  const parts = text.split("/");
  if (!parts.every((part) => word.test(part))) throw refuse(name, text);
  const [first = "", second, third] = parts;
  if (parts.length === 1) return { kind: "user", text, shown: `the account ${text}` };
  const isKind = Object.hasOwn(kinds, first);
  if (parts.length === 2 && !isKind) return { kind: "repository", text, shown: `the model ${text}` };
  if (parts.length === 3 && isKind) {
    return { kind: "repository", text, shown: `the ${kinds[first]} ${second}/${third}` };
  }
  throw refuse(name, text);
}

function refuse(name: string, text: string): SealError {
  const remedy = /^models?\//.test(text)
    ? "A model has no word before it: NAMESPACE/NAME."
    : "Write NAMESPACE/NAME for a model, datasets/…, spaces/…, kernels/… or buckets/NAMESPACE/NAME, or a user's name.";
  return new SealError(
    "SOURCE",
    `The resource ${quoted(text)} of the secret ${name} names nothing on the Hub.`,
    remedy,
  );
}
