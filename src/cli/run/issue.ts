import type { ContainerGrant } from "../../grant/container-plan.ts";
import type { SecretStore } from "../../source/store.ts";
import { readText } from "../../system/text-file.ts";
import type { Issued } from "../secret/issue.ts";
import { issueInSession } from "../secret/issue-in-session.ts";
import type { CarryOutAsk } from "./ready.ts";

export type IssuedForContainer = {
  readonly issued: Issued;
  /** The grants that hold: without what there is no identity for. */
  readonly grants: readonly ContainerGrant[];
  /** The variables of these, with what they hold: never a secret. */
  readonly variables: readonly (readonly [name: string, text: string])[];
};

/**
 * Issues what the plan wants: files into the folder, texts of variables to be put on Docker's command line.
 *
 * @throws SealError POLICY, IDENTITY, SOURCE, STORE
 */
export async function issueForContainer(
  { plan, site, session }: CarryOutAsk,
  folder: SecretStore,
): Promise<IssuedForContainer> {
  const texts = new Map<string, string>();
  const put: SecretStore["put"] = async (id, value) => {
    const place = plan.places.get(id);
    if (place === undefined) throw new Error(`the container has no place for ${id}`);
    if (place.kind === "file") return folder.put(place.file, value);
    if (typeof value !== "string") throw new Error(`${id} is secret, and ${place.variable} would show it`);
    texts.set(id, value);
    return "";
  };
  const issued = await issueInSession({
    session,
    contents: plan.contents,
    wanted: plan.secrets,
    config: site.config,
    policy: site.policy,
    requireIdentity: site.requireIdentity,
    allowExec: site.allowExec,
    readText,
    put,
    askersOf: (name) =>
      plan.grants.filter(({ items }) => items.some(({ secrets }) => secrets.includes(name))).map(({ what }) => what),
    without: "the container runs without it",
  });
  const grants = plan.grants.filter(
    ({ items }) => !items.some(({ secrets }) => secrets.some((secret) => issued.leftOut.has(secret))),
  );
  const ids = new Set(grants.flatMap(({ items }) => items.map(({ id }) => id)));
  const variables = [...texts].flatMap(([id, text]) => {
    const place = plan.places.get(id);
    return place?.kind === "variable" && ids.has(id) ? [[place.variable, text] as const] : [];
  });
  return { issued, grants, variables };
}
