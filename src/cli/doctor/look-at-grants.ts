import { type Check, failed } from "../../doctor/check.ts";
import type { AskedSecret } from "../../doctor/secret-check.ts";
import { NotHere, SealError } from "../../error.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { serveSecret } from "../../grant/secret-serving.ts";
import { partOf } from "../secret/contents.ts";

type SecretRequest = Extract<GrantRequest, { kind: "secret" }>;

/** Grants that no build takes, whatever its steps: of a secret that is not declared, of a field that its source has not. */
export function lookAtGrants(
  requests: readonly GrantRequest[],
  declared: ReadonlySet<string>,
  secrets: readonly AskedSecret[],
): Check[] {
  const faults = requests.flatMap((request) => (request.kind === "secret" ? faultOf(request, declared, secrets) : []));
  // a grant may be for steps and for a container
  const once = [...new Map(faults.map((fault) => [fault.message, fault])).values()];
  return once.map((fault, at) => failed(`rules.grant${at === 0 ? "" : `-${at + 1}`}`, fault));
}

function faultOf(
  request: SecretRequest,
  declared: ReadonlySet<string>,
  secrets: readonly AskedSecret[],
): readonly Pick<SealError, "message" | "remedy">[] {
  const { origin, secret, field } = request;
  try {
    serveSecret(request, declared);
    const answer = secrets.find(({ name }) => name === secret)?.answer;
    if (answer === undefined || answer === "not-asked" || answer instanceof NotHere || answer instanceof SealError)
      return [];
    partOf(answer, field, secret);
    return [];
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const { message, remedy } = error;
    return [{ message: message.startsWith(origin) ? message : `${origin}: ${message}`, remedy }];
  }
}
