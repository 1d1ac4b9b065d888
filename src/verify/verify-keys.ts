import { createHash } from "node:crypto";
import type { IssuedKey } from "../scan/rule.ts";
import { type Answer, askCallerIdentity, type VerifyHost } from "./caller-identity.ts";
import type { StsPlace } from "./sts-place.ts";

/** So many are asked about at the same time. */
const mostAtOnce = 4;
/** More than that in one image are test data; AWS would begin to refuse. */
const mostKeys = 200;

/**
 * Asks about each key, about the same key once. Gives an answer for each, in their order. Where AWS cannot be reached for one,
 * the others that were not asked yet are not.
 */
export async function verifyKeys(keys: readonly IssuedKey[], place: StsPlace, host: VerifyHost): Promise<Answer[]> {
  const names = keys.map(nameOf);
  const distinct = new Map(keys.map((key, index) => [names[index]!, key]));
  const answers = new Map<string, Answer>();
  const open = [...distinct].slice(0, mostKeys);
  let unreachable: Answer | undefined;

  async function work(): Promise<void> {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [name, key] = next;
      const answer = unreachable ?? (await askCallerIdentity(key, place, host));
      answers.set(name, answer);
      if (answer.kind === "untold" && !answer.reached) unreachable ??= answer;
    }
  }

  await Promise.all(Array.from({ length: mostAtOnce }, work));
  const tooMany: Answer = { kind: "untold", why: `there are more than ${mostKeys} keys`, reached: true };
  return names.map((name) => answers.get(name) ?? tooMany);
}

/** A name for a key that holds nothing of it. */
function nameOf({ id, secret, token }: IssuedKey): string {
  const hash = createHash("sha256");
  for (const part of [Buffer.from(id), secret.expose(), token?.expose() ?? new Uint8Array()]) {
    hash.update(`${part.length}:`).update(part);
  }
  return hash.digest("hex");
}
