import { lengthOnly } from "../../finding/redact.ts";
import type { ContentRule, PlaceRule, RuleContext, RuleText, Verdict } from "../rule.ts";
import { severityIn } from "./judge/severity.ts";
import { gradeOf } from "./judge/value.ts";

const text: RuleText = {
  id: "docker-auth",
  title: "A registry login in a Docker, Podman or kaniko file",
  severity: "error",
  what: 'Logins (`auth`, `identitytoken`, `registrytoken`, `password`) in `config.json`, `auth.json`, `.dockercfg`, `.dockerconfigjson`, and wherever else `"auths"` stands: a variable, a manifest of Kubernetes (also in base64). Passwords of ECR that are expired are an *info*.',
  why: "It pulls private images and often pushes: an image that is overwritten runs wherever it is pulled.",
  remedy:
    "Change the password or revoke the token, and mount the file into the step that needs it instead of copying it.",
};

export const dockerAuth: PlaceRule & RuleText = {
  ...text,
  place: /(?:^|\/)(?:config\.json|\.dockerconfigjson|\.dockercfg|auth\.json)$/,
  read: (content, context) => {
    const parsed = parsedJson(content);
    return loginsIn(
      parsed["auths"] === undefined ? bareLogins(parsed, context.path) : recordOf(parsed["auths"]),
      content,
      context,
    );
  },
};

/** Only the old `.dockercfg` has its logins without `auths` around them; anything may be a `config.json`. */
function bareLogins(parsed: Record<string, unknown>, path: string): Record<string, unknown> {
  if (!path.endsWith(".dockercfg")) return {};
  return Object.fromEntries(Object.entries(parsed).filter(([registry]) => /[.:]|^localhost$/.test(registry)));
}

/** `{"auths":` in base64, as Kubernetes keeps it in a secret. */
const packed = "eyJhdXRocyI6";
const reach = 8000;

export const dockerAuthInText: ContentRule & RuleText = {
  ...text,
  literals: ['"auths"', '\\"auths\\"', packed],
  before: 2000,
  after: reach,
  judge: (content, at, context) => {
    // Read whole, with all its logins.
    if (dockerAuth.place.test(context.path)) return undefined;
    context.spend?.(10);
    if (content.startsWith(packed, at)) {
      const wrapped = /^[A-Za-z0-9+/]{40,8000}={0,2}/.exec(content.slice(at))?.[0] ?? "";
      const inner = Buffer.from(wrapped, "base64").toString("latin1");
      const [login] = loginsIn(recordOf(parsedJson(inner)["auths"]), inner, context);
      return login === undefined ? undefined : { ...login, start: at, end: at + wrapped.length };
    }
    const isEscaped = content[at] === "\\";
    const open = content.indexOf("{", at);
    if (open === -1 || open > at + 24) return undefined;
    const end = endOfObject(content, open);
    const object = content.slice(open, end);
    const plain = isEscaped ? object.replaceAll('\\"', '"') : object;
    const [login] = loginsIn(parsedJson(plain), plain, context);
    if (login === undefined) return undefined;
    const start = open + Math.max(0, object.indexOf(login.value));
    return { ...login, start, end: start + login.value.length };
  },
};

function loginsIn(logins: Record<string, unknown>, content: string, context: RuleContext): Verdict[] {
  const found: Verdict[] = [];
  // They come in the text's own order.
  let at = 0;
  for (const [registry, entry] of Object.entries(logins)) {
    for (const field of ["auth", "identitytoken", "registrytoken", "password"]) {
      const value = recordOf(entry)[field];
      if (typeof value !== "string" || value.length < 4) continue;
      const password = field === "auth" ? passwordIn(value) : value;
      if (password === undefined || gradeOf(password) === "nothing") continue;
      const isExpired = isExpiredEcr(password, context.now);
      const start = Math.max(at, content.indexOf(JSON.stringify(value), at) + 1);
      at = start;
      found.push({
        start,
        end: start + value.length,
        value,
        severity: isExpired ? "info" : severityIn(context, "error"),
        what: isExpired ? "a registry login of ECR, expired" : "a registry login",
        redacted: lengthOnly(value.length),
        key: registry,
      });
    }
  }
  return found;
}

/** `user:` alone, without a password, is what a credential helper leaves. */
function passwordIn(auth: string): string | undefined {
  return /^(?!user(?:name)?:pass)[^:\0]{1,256}:([^\0]+)$/s.exec(Buffer.from(auth, "base64").toString("latin1"))?.[1];
}

/** The password that ECR gives for twelve hours is base64 of JSON with its end in it. */
function isExpiredEcr(password: string, now: number): boolean {
  const { expiration } = parsedJson(Buffer.from(password, "base64").toString("utf8"));
  return typeof expiration === "number" && expiration < now;
}

function endOfObject(content: string, open: number): number {
  let depth = 0;
  for (let at = open; at < content.length; at++) {
    if (content[at] === "{") depth++;
    else if (content[at] === "}" && --depth === 0) return at + 1;
  }
  return content.length;
}

function parsedJson(content: string): Record<string, unknown> {
  if (!/^\s*\{/.test(content)) return {};
  try {
    return recordOf(JSON.parse(content));
  } catch {
    return {};
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
