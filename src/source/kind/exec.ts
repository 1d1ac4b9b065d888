import { SealError } from "../../error.ts";
import { commandRequest, explainOutcome, programOf } from "../../identity/command.ts";
import type { CommandOutcome, Host } from "../../identity/host.ts";
import { quoteStderr } from "../../identity/stderr.ts";
import type { Minted, Source } from "../source.ts";
import { lifetimeOf } from "../value.ts";
import { type ExecFormat, readOutput } from "./exec-format.ts";

export type ExecSourceOptions = {
  /** A program and its arguments; no shell comes near them. */
  readonly command: readonly string[];
  readonly format?: ExecFormat | undefined;
  /** Which part of a JSON answer is the value, `a.b.c` for one deeper inside; of plain output the number of a line. */
  readonly field?: string | undefined;
  /** How long the value lives, where it does not say so itself. */
  readonly ttlSeconds?: number | undefined;
};

/** What gives a helper its power: with these, whoever inherits them could ask for the secret too. */
const keysOfProgram: Readonly<Record<string, readonly string[]>> = {
  vault: ["VAULT_TOKEN"],
  bao: ["BAO_TOKEN", "VAULT_TOKEN"],
  // a session of the desktop's is in OP_SESSION_ACCOUNT
  op: ["OP_SERVICE_ACCOUNT_TOKEN", "OP_CONNECT_TOKEN", "OP_SESSION*"],
  doppler: ["DOPPLER_TOKEN"],
  infisical: ["INFISICAL_TOKEN", "INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET"],
  bws: ["BWS_ACCESS_TOKEN"],
  bw: ["BW_SESSION", "BW_CLIENTSECRET", "BW_PASSWORD"],
  sops: ["SOPS_AGE_KEY", "SOPS_AGE_SSH_PRIVATE_KEY", "VAULT_TOKEN"],
  "aws-vault": ["AWS_VAULT_FILE_PASSPHRASE"],
  az: ["AZURE_CLIENT_SECRET", "AZURE_PASSWORD"],
  gcloud: ["CLOUDSDK_AUTH_ACCESS_TOKEN"],
  gopass: ["GOPASS_AGE_PASSWORD"],
  conjur: ["CONJUR_AUTHN_API_KEY"],
  ksm: ["KSM_CONFIG", "KSM_TOKEN"],
  akeyless: ["AKEYLESS_ACCESS_KEY"],
};

/** What a command prints. It is run again for each renewal. */
export function createExecSource(name: string, options: ExecSourceOptions, host: Host): Source {
  const program = programOf(options.command);
  return {
    kind: "exec",
    renewal: "mint",
    watch: [],
    variables: keysOfProgram[program] ?? [],
    mint: async (ask): Promise<Minted> => {
      const request = commandRequest(options.command, ask?.signal);
      const outcome = await host.run(request);
      const problem = explainOutcome(outcome, request, host);
      if (problem !== undefined) throw new SealError("SOURCE", problem.message, problem.remedy);
      const nowMs = host.now();
      const place = `The command "${program}" of the secret ${name}`;
      const output = outcome.kind === "exited" ? outcome.stdout : new Uint8Array();
      const read = readOutput(output, { name, place, format: options.format ?? "raw", field: options.field, nowMs });
      const own = lifetimeOf(read.value, place, nowMs);
      const ends = [
        read.expiresAt,
        own.expiresAt,
        options.ttlSeconds === undefined ? undefined : new Date(nowMs + options.ttlSeconds * 1000),
      ].filter((end) => end !== undefined);
      return {
        value: read.value,
        fields: read.fields,
        ...(read.keys !== undefined && { keys: read.keys }),
        ...(own.issuedAt && { issuedAt: own.issuedAt }),
        ...(ends.length > 0 && { expiresAt: new Date(Math.min(...ends.map(Number))) }),
        notices: [...(read.notices ?? []), ...saidOn(place, outcome, host)],
      };
    },
  };
}

/** What a helper has to say though it did well is often the reason why something else does not (a login that ends soon). */
function saidOn(place: string, outcome: CommandOutcome, host: Host): readonly string[] {
  const said = outcome.kind === "exited" ? quoteStderr(outcome, host) : "";
  return said === "" ? [] : [`${place} did well${said}`];
}
