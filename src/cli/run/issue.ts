import type { ContainerGrant } from "../../grant/container-plan.ts";
import type { SecretStore } from "../../source/store.ts";
import { readText } from "../../system/text-file.ts";
import type { Issued } from "../secret/issue.ts";
import { issueInSession, openPlace } from "../secret/issue-in-session.ts";
import type { SourcePlace } from "../secret/source-host.ts";
import { sourcesOf } from "../secret/sources.ts";
import type { CarryOutAsk } from "./ready.ts";

export type IssuedForContainer = {
  readonly issued: Issued;
  /** The grants that hold: without what there is no identity for. */
  readonly grants: readonly ContainerGrant[];
  /** The variables of these, with what they hold: never a secret. */
  readonly variables: readonly (readonly [name: string, text: string])[];
};

/**
 * The variables that the secrets are had from. No source is asked for it.
 *
 * @throws SealError POLICY
 */
export async function openSources({
  plan,
  site,
  session,
}: CarryOutAsk): Promise<{ readonly place: SourcePlace; readonly variables: readonly string[] }> {
  const place = await openPlace({ session, ...site, readText });
  const sources = sourcesOf({ ...site, wanted: plan.secrets, place });
  return { place, variables: [...sources.values()].flatMap(({ variables }) => variables) };
}

/**
 * Issues what the plan wants: files into the folder, texts of variables to be put on Docker's command line.
 *
 * @throws SealError POLICY, IDENTITY, SOURCE, STORE
 */
export async function issueForContainer(
  { plan, site, session }: CarryOutAsk,
  place: SourcePlace,
  folder: SecretStore,
): Promise<IssuedForContainer> {
  const texts = new Map<string, string>();
  const put: SecretStore["put"] = async (id, value) => {
    const there = plan.places.get(id);
    if (there === undefined) throw new Error(`the container has no place for ${id}`);
    if (there.kind === "file") return folder.put(there.file, value);
    if (typeof value !== "string") throw new Error(`${id} is secret, and ${there.variable} would show it`);
    texts.set(id, value);
    return "";
  };
  const issued = await issueInSession({
    session,
    place,
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
    const there = plan.places.get(id);
    return there?.kind === "variable" && ids.has(id) ? [[there.variable, text] as const] : [];
  });
  return { issued, grants, variables };
}
