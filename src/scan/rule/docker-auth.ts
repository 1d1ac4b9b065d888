import { lengthOnly } from "../../finding/redact.ts";
import type { PlaceRule, Verdict } from "../rule.ts";

/** Docker's, Podman's and kaniko's files of registry logins. */
export const dockerAuth: PlaceRule = {
  id: "docker-auth",
  place: /(?:^|\/)(?:config\.json|\.dockerconfigjson|\.dockercfg|auth\.json)$/,
  read: (text) => {
    const found: Verdict[] = [];
    // They come in the text's own order.
    let at = 0;
    for (const [registry, entry] of loginsOf(text)) {
      for (const field of ["auth", "identitytoken", "registrytoken", "password"]) {
        const value = entry[field];
        if (typeof value !== "string" || value.length < 4) continue;
        // `user:` alone, without a password, is what a credential helper leaves.
        const login = Buffer.from(value, "base64").toString("latin1");
        if (field === "auth" && !/^[^:]+:./s.test(login)) continue;
        const start = Math.max(at, text.indexOf(JSON.stringify(value), at) + 1);
        at = start;
        found.push({
          start,
          end: start + value.length,
          value,
          severity: "error",
          what: "a registry login",
          redacted: lengthOnly(value.length),
          key: registry,
        });
      }
    }
    return found;
  },
  remedy:
    "Change the password or revoke the token, and mount the file into the step that needs it instead of copying it.",
};

function loginsOf(text: string): [string, Record<string, unknown>][] {
  try {
    const parsed = record(JSON.parse(text));
    const logins = record(parsed["auths"] ?? parsed);
    return Object.entries(logins).map(([registry, entry]) => [registry, record(entry)]);
  } catch {
    return [];
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
