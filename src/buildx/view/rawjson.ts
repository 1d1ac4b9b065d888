import type { CleanStatus } from "../progress/clean-progress.ts";
import { breakCommands } from "../terminal/break-commands.ts";
import type { View, ViewOptions } from "./view.ts";

/**
 * BuildKit's own statuses for another program, one a line, masked and without terminal escapes but colours. Some output can
 * come an entry later than BuildKit sent it, as the mask holds back what may be the beginning of a value.
 */
export function createRawJsonView({ write }: Pick<ViewOptions, "write">): View {
  return {
    item(item) {
      if (item.kind === "text") {
        write(`${breakCommands(item.line)}\n`);
      } else if (Object.values(item.status).some((list) => list.length > 0)) {
        write(`${printStatus(item.status)}\n`);
      }
    },
    event() {},
    end() {},
  };
}

function printStatus({ vertexes, statuses, logs, warnings }: CleanStatus): string {
  const value = {
    ...(vertexes.length > 0 && { vertexes }),
    ...(statuses.length > 0 && { statuses }),
    ...(logs.length > 0 && {
      logs: logs.map(({ vertex, stream, timestamp, bytes }) => ({ vertex, stream, data: base64(bytes), timestamp })),
    }),
    ...(warnings.length > 0 && {
      warnings: warnings.map((warning) => ({
        ...warning,
        short: base64(Buffer.from(warning.short)),
        detail: warning.detail.map((line) => base64(Buffer.from(line))),
      })),
    }),
  };
  // A runner finds `##[…]` anywhere in a line. Escaped it is the same string to a reader of JSON.
  return JSON.stringify(value).replaceAll("#", "\\u0023");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
