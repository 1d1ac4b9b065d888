import { SealError } from "../../error.ts";
import { wordsOf } from "../../identity/exchange/answer.ts";
import type { Host } from "../../identity/host.ts";
import type { Secret } from "../../secret/secret.ts";
import { type Api, askApi } from "./api.ts";

/** The end of a build, and somebody who pressed Ctrl-C, wait for it. */
const limitMs = 8_000;

/**
 * Has GitHub end an installation token. One that it does not know any more is ended: that is no error. It is asked several
 * times before that is believed, as not all of GitHub knows a token that was made a moment ago.
 *
 * @throws SOURCE, POLICY
 */
export async function revokeInstallationToken(
  host: Host,
  api: Api,
  token: Secret,
  signal?: AbortSignal,
): Promise<void> {
  const what = `GitHub could not be asked to revoke the secret ${token.name}`;
  const bearer = token.exposeText();
  const answer = await askApi(host, api, what, {
    path: "/installation/token",
    method: "DELETE",
    bearer,
    signal,
    limitMs,
    isNew: true,
  });
  if (answer.status === 204 || answer.status === 401) return;
  const message = `GitHub did not revoke the secret ${token.name} (${wordsOf(answer, host, [bearer])}).`;
  throw new SealError("SOURCE", message, "Suspend the App's installation if the token may have leaked.");
}
