import { stepsOf } from "../../dockerfile/index.ts";
import { readTemplate } from "../../dockerfile/template/read-template.ts";
import type { TemplateEngine } from "../../dockerfile/template/template.ts";
import { notesOf, noticesOf } from "../../grant/notice.ts";
import { printGroupedGrants } from "../../report/grouped-grants.ts";
import { asksForGrants, type Granting, insertGrants } from "./insert-grants.ts";
import type { Outcome } from "./outcome.ts";
import { refuseUnreadable } from "./refuse-unreadable.ts";

export type Source = {
  readonly name: string;
  readonly path: string | undefined;
  readonly bytes: Uint8Array;
  readonly engine: TemplateEngine | "none" | undefined;
};

/** Puts the mounts of grants into one file. @throws SealError DOCKERFILE, GRANT, POLICY */
export function grantFile({ name, path, bytes, engine }: Source, granting: Granting): Outcome {
  const dockerfile = readTemplate(bytes, name, engine);
  refuseUnreadable(dockerfile);
  const { text } = dockerfile;
  const same = { name, path, before: bytes, text, remarks: [] };
  if (!asksForGrants(dockerfile, granting.rules)) {
    return { ...same, edits: [], after: undefined, summary: "", details: () => "", notices: [], hit: [] };
  }
  const { edits, text: after, plan, hit } = insertGrants(dockerfile, granting);
  const unseen = dockerfile.template?.unseen ?? [];
  const grants = plan.steps.flatMap((step) => step.grants);
  const mounts = grants.flatMap((grant) => grant.mounts);
  const added = mounts.filter((mount) => mount.text !== undefined).length;
  return {
    ...same,
    edits,
    after,
    summary: `${count(added, "mount")} on ${count(edits.length, "step")} of ${stepsOf(dockerfile).length}`,
    details: () => (after === undefined ? "" : printGroupedGrants(plan.steps, name)),
    notices: [
      ...noticesOf(grants),
      ...notesOf(grants),
      ...unseen.map(({ line, what }) => `${name}, line ${line}: not seen: ${what}; a step in there gets no mount`),
    ],
    hit,
  };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
