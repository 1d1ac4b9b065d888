import type { BuildCommand } from "../../buildx/build-command.ts";
import { gitAuthorization, gitCredentialIds } from "../../buildx/git-credential.ts";
import { parseGitUrl } from "../../buildx/git-url.ts";
import { readFileWithin } from "../../system/file.ts";
import type { Session } from "./session.ts";
import { readUserSecrets } from "./user-secrets.ts";

/**
 * The credential that BuildKit would fetch a git context with (`--secret id=GIT_AUTH_TOKEN`, …), as a git configuration
 * file in the private folder, for the Dockerfile is read from that repository first. Gives its path.
 */
export async function writeGitConfiguration(command: BuildCommand, session: Session): Promise<string | undefined> {
  const url = parseGitUrl(command.context);
  if (url === undefined || "refused" in url) return undefined;
  const secrets = await readUserSecrets(command, session.machine.environment, readFileWithin);
  for (const { id, kind } of gitCredentialIds(url.remote)) {
    const secret = secrets.find(({ name }) => name === id);
    if (secret === undefined) continue;
    session.mask.add(secret);
    const store = await session.store();
    return store.put("git-configuration", gitAuthorization(url.remote, kind, secret));
  }
  return undefined;
}
