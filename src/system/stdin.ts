import { SealError } from "../error.ts";

const limitBytes = 16 * 1024 * 1024;

/** All of stdin. @throws SealError DOCKERFILE where it is too much */
export async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > limitBytes)
      throw new SealError("DOCKERFILE", "stdin has more than 16 MiB", "See that it is what was meant");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
