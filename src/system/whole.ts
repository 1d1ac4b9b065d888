import { createReadStream } from "node:fs";

/** All of a file, a pipe or a device; undefined where it has more than so many bytes. Rejects with the system's error. */
export function readWholeFile(path: string, mostBytes: number): Promise<Uint8Array | undefined> {
  return gather(createReadStream(path), mostBytes);
}

export function readWholeStdin(mostBytes: number): Promise<Uint8Array | undefined> {
  return gather(process.stdin, mostBytes);
}

async function gather(stream: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
