import { SealError } from "../../error.ts";
import { needlesOf } from "../../secret/needle.ts";
import { readNeedleFile } from "../../secret/needle-file.ts";
import type { Secret } from "../../secret/secret.ts";
import { weaknessOf } from "../../secret/weak.ts";
import { errorCode } from "../../system/error-code.ts";
import { readWholeFile, readWholeStdin } from "../../system/whole.ts";

/** The values of `--needles`, without those that are too ordinary to be looked for, which are named. @throws SealError ARGUMENT */
export async function readNeedles(path: string, say: (sentence: string) => void) {
  const secrets = await readSecrets(path);
  return secrets.flatMap((secret) => {
    const needles = needlesOf(secret, "scan");
    if (needles.length === 0) say(`${secret.name} is not looked for: ${weaknessOf(secret)}.`);
    return needles;
  });
}

async function readSecrets(path: string): Promise<readonly Secret[]> {
  const name = path === "-" ? "stdin" : path;
  const bytes = await (path === "-" ? readWholeStdin(mostFileBytes) : readWholeFile(path, mostFileBytes)).catch(
    (cause: unknown) => {
      throw new SealError(
        "ARGUMENT",
        `The needles cannot be read from ${name} (${errorCode(cause)})`,
        "Name a file that you may read, or - for stdin",
        { cause },
      );
    },
  );
  if (bytes === undefined) {
    throw new SealError(
      "ARGUMENT",
      `${name} has more than ${mostFileBytes} bytes, so it is no list of values that can be looked for`,
      "Name the file of the values",
    );
  }
  const secrets = readNeedleFile(bytes);
  if (secrets !== undefined && secrets.length > 0) {
    refuseTooMany(name, secrets);
    return secrets;
  }
  throw new SealError(
    "ARGUMENT",
    secrets === undefined ? `${name} is no JSON object of names and texts` : `${name} holds no value`,
    'Write {"NAME": "VALUE", …}, or one value a line',
  );
}

/** Of all values: each is looked for in some thirty forms, which lie in memory at once. */
const mostBytes = 1 << 20;
/** As many values as can be looked for, every character of them escaped, in UTF-16. */
const mostFileBytes = 12 * mostBytes + (1 << 20);

function refuseTooMany(path: string, secrets: readonly Secret[]): void {
  const bytes = secrets.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (bytes <= mostBytes) return;
  throw new SealError(
    "ARGUMENT",
    `The values in ${path} have ${bytes} bytes together, and no more than ${mostBytes} are looked for at once`,
    "Look for them in several runs",
  );
}
