import { NotHere, SealError } from "../../error.ts";
import { plain, quoted } from "../../identity/quoted.ts";
import { clockSkewMs } from "../../identity/token.ts";
import { Secret } from "../../secret/secret.ts";
import { type Login, login, loginNotTaken, type Manager, readSecret } from "../nosana/manager.ts";
import { readWallet, type Wallet } from "../nosana/wallet.ts";
import type { Source, SourceHost } from "../source.ts";
import { boxValue, lifetimeOf } from "../value.ts";
import { createPlainSource, type PlainSourceConfig } from "./plain.ts";

export type NosanaSourceOptions = {
  readonly endpoint: string;
  readonly key: string;
  /** Stands before the key, as where it was stored with one. */
  readonly prefix?: string | undefined;
  readonly walletFile?: string | undefined;
  readonly wallet?: PlainSourceConfig | undefined;
  /** A job's address: then the secrets are those that this job names. */
  readonly job?: string | undefined;
};

/** A wallet in a variable is what Nosana's own tools read (nosana-sdk, config_defaults). */
const walletVariable = "SOLANA_WALLET";

/**
 * One value of Nosana's secret manager, for a login that the wallet signs. The wallet itself stays in this process: it is
 * masked and searched for, and mounted nowhere.
 */
export function createNosanaSource(name: string, options: NosanaSourceOptions, host: SourceHost): Source {
  const { endpoint, job, walletFile = "" } = options;
  const key = `${options.prefix ?? ""}${options.key}`;
  const walletSource = createPlainSource(`${name}-wallet`, options.wallet ?? { from: "file", path: walletFile }, host);
  let kept: Login | undefined;

  async function loginOf(wallet: Wallet, manager: Manager): Promise<Login> {
    const isGood =
      kept?.address === wallet.address && (kept.endMs === undefined || kept.endMs - host.now() > clockSkewMs);
    kept = isGood ? kept! : await login(wallet, manager);
    return kept;
  }

  return {
    kind: "nosana",
    renewal: "mint",
    watch: [],
    variables: [...walletSource.variables, walletVariable],
    mint: async (ask) => {
      if (key === "." || key === "..") throw pathKey(name, key);
      const manager: Manager = { name, endpoint, job, host, signal: ask?.signal };
      const found = await walletSource.mint(ask);
      if (found instanceof NotHere) return found;
      const wallet = walletIn(found.value, name);
      let from = await loginOf(wallet, manager);
      let text = await readSecret(key, from, manager);
      if (text === undefined) {
        // a login lives an hour, a build may be longer; and a server that began anew knows none of its logins
        kept = undefined;
        from = await loginOf(wallet, manager);
        text = await readSecret(key, from, manager);
      }
      if (text === undefined) throw loginNotTaken(from, manager);
      const place = `The secret ${quoted(key)} of ${new URL(endpoint).host}`;
      const value = boxValue(name, new TextEncoder().encode(text), place);
      const keys = wallet.forms.map((form) => new Secret(`${name}-wallet`, form));
      return {
        value,
        fields: new Map(),
        ...lifetimeOf(value, place, host.now()),
        reach: `${quoted(key)} ${job === undefined ? `of ${wallet.address}` : `of the job ${plain(job, 60)}`}`,
        keys: [...keys, from.token],
        // a file's notices are about how it is mounted, which a wallet never is
        notices: options.wallet?.from === "exec" ? found.notices : [],
      };
    },
  };
}

/** @throws SealError SOURCE */
function walletIn(value: Secret, name: string): Wallet {
  const read = readWallet(value.exposeText());
  if (read.kind === "wallet") return read;
  throw new SealError("SOURCE", `The wallet of the secret ${name} is no Solana wallet: ${read.why}.`, read.remedy);
}

/** A URL has no such key: it would be another address. */
function pathKey(name: string, key: string): SealError {
  const message = `The key ${quoted(key)} of the secret ${name} cannot be asked for by its name.`;
  return new SealError("SOURCE", message, "Store it under another one.");
}
