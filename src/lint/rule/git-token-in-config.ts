import { type Invocation, invocationOf } from "../../dockerfile/shell/program.ts";
import type { Word } from "../../dockerfile/shell/script.ts";
import { namesSecret } from "../../migrate/secret-name.ts";
import { isPublished } from "../published-stage.ts";
import { isRemoved } from "../removal.ts";
import { perhaps, secretsKey, tempered } from "../reported-place.ts";
import type { LintedStep, LintRule } from "../rule.ts";
import { type AtHand, secretsAtHand } from "../secret-at-hand.ts";
import { type CommandFlow, secretFlow } from "../secret-flow.ts";

export const gitTokenInConfig: LintRule = {
  id: "git-token-in-config",
  severity: "error",
  title: "git keeps a token in its configuration, and so in the layer",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "`git config` with a token (in `url.….insteadOf`, `http.extraHeader`, a credential helper), `git remote add` or `git clone` with a token in the URL. It is silent where the step removes the configuration or the clone's `.git` again; in a stage that is not published it is a warning.",
    why: "`git config` writes to `~/.gitconfig` or `.git/config`, and `git clone https://TOKEN@host/…` writes the whole URL to the clone's `.git/config`: the token is a file of the layer.",
    example:
      'FROM alpine/git\nRUN --mount=type=secret,id=token,env=TOKEN,required=true git config --global url."https://x-access-token:$TOKEN@github.com/".insteadOf https://github.com/ && git clone https://github.com/acme/app',
    instead:
      'FROM alpine/git\nRUN --mount=type=secret,id=token,env=TOKEN,required=true GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="url.https://x-access-token:$TOKEN@github.com/.insteadOf" GIT_CONFIG_VALUE_0=https://github.com/ git clone https://github.com/acme/app',
  },
  *check(subject) {
    for (const linted of subject.steps) {
      if (!linted.step.body.includes("git")) continue;
      const { script } = linted;
      let flow: readonly CommandFlow[] | undefined;
      let atHand: AtHand | undefined;
      for (const [index, command] of script.commands.entries()) {
        const invocation = invocationOf(command);
        if (invocation?.program !== "git") continue;
        atHand ??= secretsAtHand(linted, subject);
        flow ??= secretFlow(script, atHand);
        const kept = keptByGit(invocation, flow[index]!, atHand);
        if (kept === undefined || isGone(linted, index, kept.path, atHand)) continue;
        const published = isPublished(subject.stages, linted.step.stage);
        yield {
          ...linted.place(command.start, command.end),
          severity: tempered(linted, published ? "error" : "warning"),
          message: `${perhaps(linted)}${kept.how} keeps ${kept.what} in ${kept.path}, which is a file of the layer`,
          remedy:
            "Give it to git by the environment of this command: GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=url.….insteadOf GIT_CONFIG_VALUE_0=…, or mount a netrc file at the home folder's .netrc.",
          key: secretsKey(linted, [kept.what]),
        };
      }
    }
  },
};

type Kept = { readonly how: string; readonly what: string; readonly path: string };

const SUBCOMMAND_OPTIONS: ReadonlySet<string> = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace"]);

function keptByGit({ arguments: words }: Invocation, { words: told }: CommandFlow, { home }: AtHand): Kept | undefined {
  let at = 0;
  while (words[at]?.raw.startsWith("-")) at += SUBCOMMAND_OPTIONS.has(words[at]!.raw) ? 2 : 1;
  const rest = words.slice(at + 1);
  switch (words[at]?.value) {
    case "config": {
      if (
        rest.some(({ value }) =>
          /^--(?:unset|unset-all|remove-section|get|list)$|^(?:unset|get|list)$/.test(value ?? ""),
        )
      ) {
        return undefined;
      }
      const what = tokenIn(rest, told, true);
      const place = rest.find(({ value }) => value === "--global" || value === "--system")?.value;
      const path =
        place === "--global" ? `${home}/.gitconfig` : place === "--system" ? "/etc/gitconfig" : ".git/config";
      return what === undefined ? undefined : { how: "git config", what, path };
    }
    case "remote":
    case "clone": {
      const what = tokenIn(rest, told, false);
      const urls = rest.filter(({ raw }) => raw.includes("://"));
      if (what === undefined || urls.length === 0) return undefined;
      // git -c NAME=VALUE clone keeps nothing, git clone -c NAME=VALUE does
      if (at > 0 && !rest.some(({ raw }) => HOLDS_LOGIN.test(raw.slice(0, 2000)))) return undefined;
      if (words[at]!.value === "remote") return { how: "git remote", what, path: ".git/config" };
      const operands = rest.slice(rest.indexOf(urls[0]!) + 1).filter(({ raw }) => !raw.startsWith("-"));
      const folder =
        operands[0]?.value ?? operands[0]?.raw ?? urls[0]!.raw.replace(/^.*\//, "").replace(/(?:\.git)?["']?$/, "");
      return { how: "git clone", what, path: `${folder.replace(/\/$/, "")}/.git/config` };
    }
    default:
      return undefined;
  }
}

const HOLDS_LOGIN = /:\/\/[^/@\s]*[$`][^@\s]*@|^["']?\$|authorization:/i;
const USER_INFO = /:\/\/[^/@\s]*\$\{?([A-Za-z_]\w*)[^/@\s]*@/;
const HEADER = /authorization:[^$]*\$\{?([A-Za-z_]\w*)/i;

/** The mounted secret, or the variable with a credential's name, in the words. */
function tokenIn(words: readonly Word[], told: ReadonlySet<string>, config: boolean): string | undefined {
  if (told.size > 0) return `the secret ${[...told].join(", ")}`;
  for (const { raw } of words) {
    const variable =
      USER_INFO.exec(raw.slice(0, 2000))?.[1] ?? (config ? HEADER.exec(raw.slice(0, 2000))?.[1] : undefined);
    if (variable !== undefined && namesSecret(variable)) return `the variable ${variable}`;
  }
  return undefined;
}

function isGone(linted: LintedStep, index: number, path: string, { home }: AtHand): boolean {
  const { script } = linted;
  if (isRemoved(script, index, path, home)) return true;
  // git config --unset, and the URL set anew without the token
  return script.commands.some((command, later) => {
    const words = later > index ? invocationOf(command)?.words : undefined;
    if (words?.[0]?.value !== "git") return false;
    const text = words.map(({ raw }) => raw).join(" ");
    return (
      /--(?:unset|unset-all|remove-section)\b|\bremote (?:remove|rm)\b/.test(text) ||
      (/\bremote set-url\b/.test(text) && !USER_INFO.test(text.slice(0, 2000)))
    );
  });
}
