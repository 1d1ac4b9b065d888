import { NotHere, SealError } from "../error.ts";
import { NotForFork } from "../grant/fork-refusal.ts";
import { explainChain, NoneApplies } from "../identity/chain.ts";
import { describeDuration } from "../identity/duration.ts";
import { isPublic } from "../secret/part.ts";
import { weaknessOf } from "../secret/weak.ts";
import { lifeOf } from "../source/schedule.ts";
import { type Minted, secretsOf } from "../source/source.ts";
import { bare, type Check, failed, fine, noted, odd, wrong } from "./check.ts";
import { type AskedIdentity, sameFault } from "./identity-check.ts";

/** What became of a value when the check was done with it. */
export type SecretEnd = {
  readonly end: "revoked" | "lives" | "not-revoked";
  readonly why?: string;
};

export type AskedSecret = {
  readonly name: string;
  /** The kind of its source. */
  readonly kind: string;
  /** A build goes on without it. */
  readonly optional: boolean;
  /** The identity that its source names. */
  readonly identity?: string | undefined;
  /** `not-asked`: only looked at. */
  readonly answer: Minted | NotHere | SealError | "not-asked";
  readonly end?: SecretEnd | undefined;
};

/**
 * Where the fault of a secret is told already, as a clause: at the identity that it is had for, or with the rules.
 *
 * @param isNoneTold it is told that no identity applies
 */
export function toldElsewhere(
  { answer, identity, optional }: AskedSecret,
  asked: readonly AskedIdentity[],
  isNoneTold: boolean,
): string | undefined {
  if (answer instanceof NotForFork) return "not given to a fork (see Rules)";
  const named = asked.find(({ name }) => name === identity);
  const isNamed = answer instanceof NotHere && !optional && named?.answer instanceof NotHere;
  const at = isNamed ? named : sameFault(answer, asked);
  if (at !== undefined) return `see ${at.name}`;
  const isChain = answer instanceof NoneApplies && identity === undefined && !optional && answer.tried.length > 1;
  return isChain && isNoneTold ? "no identity applies" : undefined;
}

/**
 * Whether a secret can be had, what it reaches, how long it lives and what became of it.
 *
 * @param told where its fault is told already
 */
export function secretChecks(
  { name, kind, optional, answer, end }: AskedSecret,
  nowMs: number,
  told?: string | undefined,
): Check[] {
  const id = `secret.${name}`;
  const shown = `${name} (${kind})`;
  if (answer === "not-asked") return [noted(id, `${shown}: allowed; not asked for in a dry run`)];
  if (answer instanceof SealError && told === undefined) return [failed(id, answer, `${shown}: `)];
  if (answer instanceof SealError) return [bare(id, "error", `${shown}: ${told}`)];
  if (answer instanceof NotHere) {
    // each kind's reason stands with the identities
    const isLong = answer instanceof NoneApplies && answer.tried.length > 1;
    const why = told ?? (isLong ? explainNone(answer) : answer.reason);
    const says = `${shown}: ${why}${optional ? "; builds go on without it (uncached)" : ""}`;
    if (told !== undefined) return [bare(id, optional ? "warning" : "error", says)];
    const remedy = `${answer.remedy ?? "Give the job an identity"}, or ${optional ? "leave the recipe out" : "take the grant out"}`;
    return [optional ? odd(id, says, remedy) : wrong(id, says, remedy)];
  }
  const life = lifeOf(answer, "mint", nowMs);
  const facts = [
    ...(answer.reach === undefined ? [] : [answer.reach]),
    ...(life === undefined ? [] : [`${describeDuration(life.endMs - nowMs)} left`]),
    ...(end === undefined ? [] : endOf(end, answer)),
  ];
  const notices = answer.notices.map((notice, at) =>
    bare(`${id}.notice${at === 0 ? "" : `-${at + 1}`}`, "warning", `${shown}: ${notice}`),
  );
  return [
    fine(id, `${shown}: ${["can be had", ...facts].join(", ")}`),
    ...(end?.end === "not-revoked"
      ? [odd(`${id}.end`, end.why ?? `${name} could not be revoked`, "Revoke it at its issuer, or wait for its end")]
      : []),
    ...notices,
    ...maskChecks(id, answer),
  ];
}

function explainNone({ tried }: NoneApplies): string {
  const near = tried.filter(({ isNear }) => isNear);
  return near.length === 0 ? "no identity applies" : `no identity applies: ${explainChain(near)}`;
}

/** What has no end of its own was not made for us, and goes on. */
function endOf({ end }: SecretEnd, { expiresAt }: Minted): string[] {
  if (end === "revoked") return ["revoked again"];
  if (end === "not-revoked") return ["not revoked"];
  return expiresAt === undefined ? [] : ["which its issuer cannot shorten"];
}

/** A value that is too weak to be looked for: it shows up in a log and in an image, and nobody says so. */
function maskChecks(id: string, minted: Minted): Check[] {
  const weak = secretsOf(minted).flatMap((secret) => {
    const why = isPublic(secret.expose()) ? undefined : weaknessOf(secret);
    return why === undefined ? [] : [{ name: secret.name, why }];
  });
  return weak.map(({ name, why }, at) =>
    odd(
      `${id}.mask${at === 0 ? "" : `-${at + 1}`}`,
      `${name} is neither masked nor searched for: ${why}`,
      "Give it a longer, random value: what is this short stands in every log",
    ),
  );
}
