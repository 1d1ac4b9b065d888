import { readFile } from "node:fs/promises";

/** All of a file, a pipe or a device, whatever its size. Rejects with the system's error. */
export function readWholeFile(path: string): Promise<Uint8Array> {
  return readFile(path);
}

export async function readWholeStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
