import { lengthOnly } from "../../finding/redact.ts";
import { type UrlCredentials, urlCredentialsIn } from "../../lint/url-credentials.ts";
import type { ContentRule, PlaceRule, RuleContext, RuleText, Verdict } from "../rule.ts";
import { gitCredentials } from "./git-credentials.ts";
import { script } from "./judge/command.ts";
import { severityIn } from "./judge/severity.ts";
import { isShaped } from "./judge/shaped.ts";
import { gradeOf } from "./judge/value.ts";
import { pythonIndex } from "./python-index.ts";

const text: RuleText = {
  id: "url-login",
  title: "A login in the address of a server",
  severity: "error",
  what: "`https://user:password@host` in variables (proxies, package indexes), command lines and scripts, the instructions that made the image, lists of packages, lock files and repositories, and beside the names of code hosts.",
  why: "Addresses end in logs, lock files and caches, and whoever reads one has the login.",
  remedy:
    "Change the password or revoke the token, and give the login to the tool as a mounted file (netrc, auth.conf, keyring) instead of in the address.",
};

const schemes = /(?:https?|ftps?|sftp|ssh|git(?:\+https?|\+ssh)?|svn|ldaps?|smtps?|socks5h?)$/i;
/** Hosts that stand for another, or are only reached from the container itself. */
const nobody =
  /^(?:127\.|0\.0\.0\.0|\[?::1|(?:localhost|host|hostname|proxy|server|db|database|registry|git|repo|pypi)(?:[:/]|$)|(?:your|my)[-_.]?|(?:[\w-]{1,60}\.){0,6}(?:example|test|invalid|local|localhost|localdomain)(?:\.(?:com|org|net))?(?:[:/]|$)|[\w-]{0,30}(?:example|domain|foo|bar)[\w-]{0,10}\.)/i;

function verdictOf(found: UrlCredentials, where: string, context: RuleContext): Verdict | undefined {
  const from = where.lastIndexOf("://", found.start);
  if (from === -1 || !schemes.test(where.slice(Math.max(0, from - 12), from))) return undefined;
  const value = where.slice(found.start, found.end).replace(/^[^:]*:/, "");
  const grade = gradeOf(decoded(value));
  if (grade === "nothing" || isShaped(value) || isShaped(where.slice(found.start, found.end))) return undefined;
  const host = /^@([^\s/"'?#]{1,200})/.exec(where.slice(found.end))?.[1] ?? "";
  const isNobody = nobody.test(host);
  if (found.weak && isNobody) return undefined;
  const severity = grade === "random" ? "error" : "warning";
  return {
    start: found.end - value.length,
    end: found.end,
    value,
    severity: severityIn(context, severity, isNobody || found.weak),
    what: "a login in the address of a server",
    redacted: lengthOnly(value.length),
    key: host,
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const around = 400;

/** Beside what stands before such an address, or behind its login. */
export const urlLogin: ContentRule & RuleText = {
  ...text,
  literals: [
    "=http://",
    "=https://",
    "git clone http:/",
    "git clone https:",
    "index-url http:/",
    "index-url https:",
    "@github.com",
    "@gitlab.com",
    "@bitbucket.org",
    "@dev.azure.com",
    "@git.",
    "//oauth2:",
    "//x-access-token",
    "//x-token-auth:",
    "gitlab-ci-token:",
    "//__token__:",
  ],
  before: around,
  after: around,
  judge: (window, at, context) => {
    // Their own rules read these, every address in them.
    if (gitCredentials.place.test(context.path) || pythonIndex.place.test(context.path)) return undefined;
    context.spend?.(10);
    const here = urlCredentialsIn(window).find(
      ({ start, end }) => Math.abs(start - at) < 24 || Math.abs(end - at) < 24 || (start <= at && at <= end),
    );
    return here === undefined ? undefined : verdictOf(here, window, context);
  },
};

const instructionBytes = 4200;

/** In the instructions of an image, which begin or end with these: an address stands anywhere in them. */
export const urlLoginInInstruction: ContentRule & RuleText = {
  ...text,
  literals: ["/bin/sh -c ", "# buildkit"],
  before: instructionBytes,
  after: instructionBytes,
  judge: (window, _at, context) => {
    if (context.path !== "") return undefined;
    context.spend?.(10);
    return urlCredentialsIn(window)
      .map((found) => verdictOf(found, window, context))
      .find((verdict) => verdict !== undefined);
  },
};

/** In whole files that keep addresses. Those of Git, pip and others have rules of their own. */
const addressFile =
  /(?:^|\/)(?:requirements[^/]{0,40}\.(?:txt|in)|constraints[^/]{0,40}\.txt|Pipfile(?:\.lock)?|pyproject\.toml|poetry\.lock|uv\.lock|pdm\.lock|direct_url\.json|etc\/environment|sources\.list|sources\.list\.d\/[^/]{1,80}|repositories|yum\.repos\.d\/[^/]{1,80}|auth\.conf|\.?condarc|yarn\.lock|package-lock\.json|\.package-lock\.json|pnpm-lock\.yaml|Gemfile(?:\.lock)?|\.bundle\/config|\.gemrc|composer\.(?:json|lock)|go\.env|(?:docker-)?compose[^/]{0,30}\.ya?ml|\.env[^/]{0,30}|\.[a-z]{2,12}_history|\.(?:bashrc|bash_profile|profile|zshrc|wgetrc|curlrc)|apt\/apt\.conf\.d\/[^/]{1,60}|apt\.conf|proxychains\.conf|FETCH_HEAD|config\/\.npmrc)$/;

export const urlLoginInFile: PlaceRule & RuleText = {
  ...text,
  place: new RegExp(`${addressFile.source}|${script.source}`),
  read: (content, context) =>
    urlCredentialsIn(content).flatMap((found) => {
      // Enough of the text to tell the scheme and the host by.
      const from = Math.max(0, found.start - 40);
      const near = content.slice(from, found.end + 240);
      const verdict = verdictOf({ ...found, start: found.start - from, end: found.end - from }, near, context);
      return verdict === undefined ? [] : [{ ...verdict, start: verdict.start + from, end: verdict.end + from }];
    }),
};
