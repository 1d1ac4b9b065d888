/** An entry of a Secret of Kubernetes: `data` is in base64. */
export type SecretEntry = { readonly block: "data" | "stringData"; readonly key: string; readonly value: string };

/** Lists hold objects, and templates others; nothing that `kubectl` writes goes deeper. */
const deepest = 12;

/** The entries of all Secrets in a JSON document; of one that cannot be read, none. */
export function secretEntries(json: string): SecretEntry[] {
  try {
    return entriesIn(JSON.parse(json), 0);
  } catch {
    return [];
  }
}

function entriesIn(value: unknown, depth: number): SecretEntry[] {
  if (typeof value !== "object" || value === null || depth > deepest) return [];
  const { kind, data, stringData } = value as Readonly<Record<string, unknown>>;
  if (kind === "Secret") return [...ofBlock("data", data), ...ofBlock("stringData", stringData)];
  return Object.values(value).flatMap((one) => entriesIn(one, depth + 1));
}

function ofBlock(block: SecretEntry["block"], entries: unknown): SecretEntry[] {
  if (typeof entries !== "object" || entries === null) return [];
  return Object.entries(entries).flatMap(([key, value]) => (typeof value === "string" ? [{ block, key, value }] : []));
}
