import { SealError } from "../../error.ts";
import { type Content, secretsIn } from "../../recipe/recipe.ts";
import { Secret } from "../../secret/secret.ts";
import type { Minted } from "../../source/source.ts";

/** What has to lie in the store, by the id under which it is mounted. */
export type Contents = ReadonlyMap<string, Content>;

export type ContentWriter = {
  /** Writes what is made of this secret, and texts that a fact of it changed. */
  readonly write: (name: string, minted: ReadonlyMap<string, Minted>) => Promise<void>;
  /** Writes the texts that no secret is in; those of secrets that were left out are needed by nobody. */
  readonly writeTexts: (minted: ReadonlyMap<string, Minted>, leftOut: ReadonlySet<string>) => Promise<void>;
};

type Ports = {
  readonly put: (id: string, value: Secret | string) => Promise<unknown>;
  /** A form of a value that a document holds: to be masked and searched for before it is written. */
  readonly know: (form: Secret) => void;
};

/** Turns contents into the files that steps get: values, texts of facts, documents with values in them. */
export function createContentWriter(contents: Contents, { put, know }: Ports): ContentWriter {
  const texts = new Map<string, string>();

  async function writeTexts(minted: ReadonlyMap<string, Minted>, leftOut: ReadonlySet<string>): Promise<void> {
    for (const [id, content] of contents) {
      if (content.kind !== "text") continue;
      const text = renderText(content, minted, leftOut);
      if (text === undefined || texts.get(id) === text) continue;
      await put(id, text);
      texts.set(id, text);
    }
  }

  return {
    write: async (name, minted) => {
      for (const [id, content] of contents) {
        if (!secretsIn(content).includes(name)) continue;
        if (content.kind === "secret") await put(id, partOf(minted.get(name)!, content.field, name));
        else if (content.kind === "document" && content.secrets.every((secret) => minted.has(secret))) {
          const value = valueIn(minted);
          for (const form of content.forms?.(value) ?? []) know(new Secret(name, form));
          await put(id, new Secret(id, content.render(value, factIn(minted, new Set()))));
        }
      }
      // a text that was written already is written again if a renewal changed a fact in it
      if (texts.size > 0) await writeTexts(minted, new Set());
    },
    writeTexts,
  };
}

/** @throws SealError GRANT where it has no such field */
export function partOf(minted: Minted, field: string | undefined, name: string): Secret | string {
  if (field === undefined) return minted.value;
  const part = minted.fields.get(field);
  if (part !== undefined) return part;
  throw new SealError(
    "GRANT",
    `Secret ${name} has no field \`${field}\``,
    minted.fields.size === 0 ? "Leave out `field:`" : `Its fields are: ${[...minted.fields.keys()].join(", ")}`,
  );
}

function valueIn(minted: ReadonlyMap<string, Minted>): (secret: string, field?: string) => string {
  return (secret, field) => {
    const part = partOf(minted.get(secret)!, field, secret);
    return (part instanceof Secret ? part.exposeText() : part).trim();
  };
}

function factIn(minted: ReadonlyMap<string, Minted>, missing: Set<string>): (secret: string, fact: string) => string {
  return (secret, fact) => {
    const value = minted.get(secret)?.fields.get(fact);
    if (value instanceof Secret) throw new Error(`the fact ${fact} of ${secret} is a secret and cannot be in a text`);
    if (!minted.has(secret)) missing.add(secret);
    return value ?? "";
  };
}

/** Nothing where a fact of it belongs to a secret that was left out. */
function renderText(
  content: Extract<Content, { kind: "text" }>,
  minted: ReadonlyMap<string, Minted>,
  leftOut: ReadonlySet<string>,
): string | undefined {
  const missing = new Set<string>();
  const text = content.render(factIn(minted, missing));
  return [...missing].some((secret) => leftOut.has(secret)) ? undefined : text;
}
