import { containerFolder } from "../../grant/container-plan.ts";
import type { ContainerCommand } from "./container-command.ts";

/** The words after `docker`: ours go before the user's own, which so have the last word. */
export function dockerWords(command: ContainerCommand, own: readonly string[]): string[] {
  const { flagWords, image, args } = command;
  return ["run", ...own, ...flagWords, ...(image === undefined ? [] : [image]), ...args];
}

/**
 * Mounts a folder of the host's, read-only. By `--mount`, for `-v` makes a folder that is missing: on an engine that does
 * not see ours the container would get an empty one without a word.
 */
export function mountWord(source: string): string {
  return `--mount=${["type=bind", `src=${source}`, `dst=${containerFolder}`, "readonly"].map(csvField).join(",")}`;
}

/** A variable that holds something that is not secret. */
export function variableWord(name: string, text: string): string {
  return `--env=${name}=${text}`;
}

function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
