import { SealError } from "../error.ts";
import { parseCsvRecord, printCsvRecord, splitPair } from "./csv-record.ts";

/** One `--secret`: an id and where Docker reads the value. */
export type BuildSecret = { readonly id: string; readonly file?: string; readonly env?: string };

/** Where a secret's value really comes from. */
export type SecretOrigin =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/**
 * Reads the value of `--secret` as buildx does: keys `type` (file, env), `id`, `source` or `src`, `env`, in any case; with
 * `type=env` a source is the name of a variable. An empty text is no secret. Source: buildx `util/buildflags/secrets.go`.
 * @throws ARGUMENT what Docker refuses too
 */
export function parseSecretFlag(text: string): readonly BuildSecret[] {
  if (text === "") return [];
  const record = parseCsvRecord(text);
  if ("refused" in record) throw wrong(`a --secret cannot be read: ${record.refused}`);
  const known: Record<string, string> = {};
  for (const field of record.fields) {
    const pair = splitPair(field);
    const key = (pair?.[0] ?? field).toLowerCase();
    if (pair === undefined) throw wrong("a --secret has a field that is not key=value");
    if (!["type", "id", "source", "src", "env"].includes(key)) throw wrong(`--secret does not know the key '${key}'`);
    known[key === "source" ? "src" : key] = pair[1];
  }
  const { type, id = "", src = "", env = "" } = known;
  if (type !== undefined && type !== "file" && type !== "env") throw wrong("the type of a --secret is file or env");
  if (id === "") throw wrong("a --secret has no id");
  const isVariable = type === "env" && env === "";
  const [file, variable] = isVariable ? ["", src] : [src, env];
  return [{ id, ...(file !== "" && { file }), ...(variable !== "" && { env: variable }) }];
}

const wrong = (message: string): SealError =>
  new SealError("ARGUMENT", `${message}.`, "Write --secret id=NAME,src=FILE or --secret id=NAME,env=VARIABLE.");

/** The value of a `--secret` for a file or a variable, quoted where it must be. */
export function printSecretFlag(secret: BuildSecret): string {
  const fields = [`id=${secret.id}`];
  if (secret.file !== undefined) fields.push(`src=${secret.file}`);
  if (secret.env !== undefined) fields.push(`env=${secret.env}`);
  return printCsvRecord(fields);
}

/** The secrets that count: of several with one id, the last. */
export function lastOfEachId(secrets: readonly BuildSecret[]): readonly BuildSecret[] {
  return [...new Map(secrets.map((secret) => [secret.id, secret])).values()];
}

/**
 * Where Docker will read the value: a variable before a file; with neither, a variable named as the id if there is one
 * (even an empty one), else a file of that name. Source: BuildKit `session/secrets/secretsprovider/store.go`.
 */
export function secretOrigin(secret: BuildSecret, hasVariable: (name: string) => boolean): SecretOrigin {
  if (secret.env !== undefined) return { kind: "env", name: secret.env };
  if (secret.file !== undefined) return { kind: "file", path: secret.file };
  return hasVariable(secret.id) ? { kind: "env", name: secret.id } : { kind: "file", path: secret.id };
}
