import { SealError } from "../../error.ts";
import type { Host } from "../../identity/host.ts";
import { plain } from "../../identity/quoted.ts";
import { explainUnreadable, secretLimitBytes } from "../../identity/unreadable.ts";
import type { Source } from "../source.ts";
import { boxValue, lifetimeOf, lineBreakNotices } from "../value.ts";

export type FileSourceOptions = { readonly path: string };

/** A file, byte for byte; it is read again when it changes. */
export function createFileSource(name: string, options: FileSourceOptions, host: Host): Source {
  const place = `The file ${plain(options.path, 400)}`;
  return {
    kind: "file",
    renewal: "read",
    watch: [options.path],
    variables: [],
    mint: async () => {
      const read = await host.readFile(options.path, secretLimitBytes);
      if (read.kind !== "read") {
        const { message, remedy } = explainUnreadable(read, `The file of the secret ${name},`, options.path);
        throw new SealError("SOURCE", message, remedy);
      }
      const value = boxValue(name, read.bytes, place);
      return {
        value,
        fields: new Map(),
        ...lifetimeOf(value, place, host.now()),
        notices: lineBreakNotices(value, place),
      };
    },
  };
}
