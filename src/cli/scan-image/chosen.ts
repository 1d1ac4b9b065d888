import { SealError } from "../../error.ts";
import type { Choice } from "../../image/choice.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";

/** How an image is searched, and what of it. */
export type Chosen = ScanOptions & { readonly choice: Choice };

/** @param meant what else the user may have meant by the image's name */
export function unopened(message: string, cause: unknown, meant?: string): SealError {
  const remedy = "See that the name is right, and that you may read it";
  return new SealError("IMAGE", message, meant === undefined ? remedy : `${remedy}. ${meant}`, { cause });
}
