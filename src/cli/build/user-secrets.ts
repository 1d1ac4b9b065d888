import type { BuildCommand } from "../../buildx/build-command.ts";
import { lastOfEachId, secretOrigin } from "../../buildx/secret-flag.ts";
import type { Environment, Host } from "../../identity/host.ts";
import { secretLimitBytes } from "../../identity/unreadable.ts";
import { Secret } from "../../secret/secret.ts";

/**
 * The values of the user's own `--secret`s: masked and searched for like ours. What cannot be read is left to Docker,
 * which says so in its own words.
 */
export async function readUserSecrets(
  command: BuildCommand,
  environment: Environment,
  readFile: Host["readFile"],
): Promise<readonly Secret[]> {
  const values = await Promise.all(
    lastOfEachId(command.secrets).map(async (secret) => {
      const origin = secretOrigin(secret, (name) => environment[name] !== undefined);
      if (origin.kind === "env") {
        const value = environment[origin.name];
        return value === undefined || value === "" ? undefined : new Secret(secret.id, value);
      }
      const file = await readFile(origin.path, secretLimitBytes);
      return file.kind === "read" && file.bytes.byteLength > 0 ? new Secret(secret.id, file.bytes) : undefined;
    }),
  );
  return values.filter((value) => value !== undefined);
}
