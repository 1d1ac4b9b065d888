/** What extended headers say of a sparse file: the offset and length of each part that is stored, or that they stand in front of what is. */
export type PaxSparse = {
  /** Of the file as it is; undefined: that is not said. */
  readonly size: number | undefined;
  readonly numbers: readonly number[] | "in front";
};

const prefix = "GNU.sparse.";
const offsetKey = "GNU.sparse.offset";
const lengthKey = "GNU.sparse.numbytes";

/**
 * Reads the forms 0.0, 0.1 and 1.0 of GNU tar ("Storing Sparse Files" in its manual), of which bsdtar writes the last, as Go's archive/tar does:
 * the first two need not say which they are. What is no number becomes NaN.
 */
export function paxSparse(records: readonly { readonly key: string; readonly value: string }[]): PaxSparse | undefined {
  const said = records.filter(({ key }) => key.startsWith(prefix));
  if (said.length === 0) return undefined;
  const values = new Map(said.map(({ key, value }) => [key, value]));
  const textOf = (name: string): string => values.get(prefix + name) ?? "";
  const version = `${textOf("major")}.${textOf("minor")}`;
  const pairs = said.filter(({ key }) => key === offsetKey || key === lengthKey);
  const isFirst =
    version === "0.0" || version === "0.1" || (version === "." && (pairs.length > 0 || textOf("map") !== ""));
  if (!isFirst && version !== "1.0") return undefined;
  const sizeText = textOf("size") || textOf("realsize");
  const size = sizeText === "" ? undefined : numberOf(sizeText);
  if (!isFirst) return { size, numbers: "in front" };
  if (pairs.length > 0) {
    // offset and length in turn
    const numbers = pairs.map(({ key, value }, index) =>
      key === (index % 2 === 0 ? offsetKey : lengthKey) ? numberOf(value) : Number.NaN,
    );
    return { size, numbers };
  }
  const map = textOf("map");
  return { size, numbers: map === "" ? [] : map.split(",").map(numberOf) };
}

function numberOf(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}
