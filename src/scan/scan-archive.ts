import { isCompression } from "../layer/decode.ts";
import { magicBytes, sniff } from "../layer/magic.ts";
import { createArchiveWalker } from "./archive-walker.ts";
import { createBlobIntake } from "./blob-intake.ts";
import { concludeImage } from "./conclude-image.ts";
import { digestAhead } from "./digest-ahead.ts";
import type { ImageScan } from "./image-scan.ts";
import { type ArchiveFile, createPass } from "./pass.ts";
import type { ScanOptions } from "./scan-options.ts";

/**
 * Searches an archive of an image in one pass, as it streams by: a docker-archive (`docker save`, old and OCI-layout
 * form) or an OCI archive, compressed or not. Nothing is written anywhere, and no more than a few megabytes are held.
 * What cannot be read makes the scan incomplete; it never throws for what the stream holds.
 */
export async function scanArchive(stream: AsyncIterable<Uint8Array>, options: ScanOptions): Promise<ImageScan> {
  const pass = createPass(options);
  const intake = createBlobIntake(pass);
  await pass.read(stream, createArchiveWalker(intake, pass));
  await intake.settled();
  return concludeImage(pass, intake, options);
}

/** The same for an archive that lies in a file: its layers are unpacked side by side, and hashed while the options are made. */
export async function scanArchiveFile(given: ArchiveFile, optionsOf: () => Promise<ScanOptions>): Promise<ImageScan> {
  // of what is compressed as a whole, no blob lies anywhere
  if (isPacked(given)) return scanArchive(given.stream(), await optionsOf());
  const file = given.helpWith === undefined ? given : digestAhead(given);
  const options = await optionsOf();
  const pass = createPass(options);
  const intake = createBlobIntake(pass, file);
  await pass.readFile(file, createArchiveWalker(intake, pass));
  await intake.settled();
  return concludeImage(pass, intake, options);
}

function isPacked(file: ArchiveFile): boolean {
  const head = Buffer.alloc(magicBytes);
  try {
    return isCompression(sniff(head, 0, file.read(head, 0, magicBytes, 0)));
  } catch {
    // who reads it says so
    return false;
  }
}
