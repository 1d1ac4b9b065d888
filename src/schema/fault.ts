/** Keys and indices, from the outermost on. */
export type Path = readonly PropertyKey[];

/** What a schema refuses, and where; a key that is unknown or missing is one of what stands at `path`. No value is in it. */
export type Fault = { readonly path: Path } & (
  | { readonly kind: "unknown"; readonly key: string; readonly meant: string | undefined }
  /** One of the keys has to be there. */
  | { readonly kind: "missing"; readonly keys: readonly string[]; readonly remedy: string }
  /** Of two keys only one may be there. */
  | { readonly kind: "beside"; readonly key: string; readonly other: string }
  | { readonly kind: "wrong"; readonly what: string; readonly remedy: string | undefined }
);
export type Faults = readonly [Fault, ...Fault[]];
