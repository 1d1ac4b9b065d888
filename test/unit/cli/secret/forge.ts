import { randomBytes } from "node:crypto";
import type { SourceConfig } from "../../../../src/source/kind/kind.ts";
import { answered, type FakeHost, fakeHost } from "../../identity/fake-host.ts";
import { createJob } from "../../source/job-identity.ts";

export type Forge = {
  readonly host: FakeHost;
  /** Tokens that were given and not revoked. */
  readonly living: ReadonlySet<string>;
};

/** What a configuration has to say to be given a token of it. */
export const fromForge: SourceConfig = { from: "octo-sts", scope: "acme/app", identityName: "build" };

/**
 * A forge that gives tokens for the job's identity, and revokes them for who has them.
 *
 * @param deaf it answers 500 to whoever wants one revoked
 * @param held what it does before it gives a token
 */
export function createForge({
  deaf = false,
  held = async () => {},
}: {
  deaf?: boolean;
  held?: () => Promise<void>;
} = {}): Forge {
  const living = new Set<string>();
  const job = createJob(Date.now);
  const host = fakeHost({
    identity: job.identity,
    environment: { TOKEN: randomBytes(20).toString("hex") },
    answer: async ({ method, headers }) => {
      const bearer = /^Bearer (.*)$/.exec(headers?.["authorization"] ?? "")?.[1] ?? "";
      if (method === "DELETE") {
        if (deaf) return answered(500);
        return answered(living.delete(bearer) ? 204 : 401);
      }
      if (job.verify(bearer) === undefined) return answered(401);
      const token = `ghs_${randomBytes(18).toString("hex")}`;
      living.add(token);
      await held();
      return answered(200, { token });
    },
  });
  return { host: { ...host, now: Date.now }, living };
}
