import { invocationOf } from "../../dockerfile/shell/program.ts";
import type { Script } from "../../dockerfile/shell/script.ts";
import { isPublished } from "../published-stage.ts";
import { isOutside, isRemoved } from "../removal.ts";
import { nameSecrets, perhaps, secretsKey, tempered } from "../reported-place.ts";
import type { LintedStep, LintRule } from "../rule.ts";
import { type AtHand, secretsAtHand } from "../secret-at-hand.ts";
import { secretFlow } from "../secret-flow.ts";
import { type Kept, keptBy } from "../secret-keeper.ts";
import { filterOf } from "../variable-filter.ts";

export const secretKept: LintRule = {
  id: "secret-kept",
  severity: "error",
  title: "A step writes a mounted secret into its layer",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A mounted secret that is copied, moved or redirected into a file, or given to a command that keeps it in a file of its own: `npm config set`, `pip config set`, `aws configure set`, `docker login`, `helm registry login` and the like. It is silent where the same step removes the file again, or where a tmpfs or cache mount lies over it; in a stage that is not published it is a warning. For `git config` and tokens in a clone's URL there is `git-token-in-config`.",
    why: "What a step leaves in a file is a part of its layer, and of every image, cache and registry that this layer gets to. A later step that deletes the file does not take it out of the layer.",
    example:
      'FROM node:24\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN,required=true echo "//npm.example.com/:_authToken=$NPM_TOKEN" > ~/.npmrc && npm ci',
    instead: "FROM node:24\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci",
  },
  *check(subject) {
    for (const linted of subject.steps) {
      if (linted.secrets.length === 0) continue;
      const atHand = secretsAtHand(linted, subject);
      const flow = secretFlow(linted.script, atHand);
      const published = isPublished(subject.stages, linted.step.stage);
      let looks = 0;
      for (const [index, command] of linted.script.commands.entries()) {
        const kept = looks < MOST_LOOKS ? keptBy(linted.script, index, flow, atHand) : undefined;
        if (kept === undefined) continue;
        looks++;
        const names = filterOf(linted.script, index, kept.names, atHand);
        if (names.size === 0 || !stays(linted, index, kept, atHand)) continue;
        yield {
          ...linted.place(command.start, command.end),
          severity: tempered(linted, published && !kept.unsure ? "error" : "warning"),
          message: `${kept.how} ${perhaps(linted)}puts ${nameSecrets(names)} into the layer${published ? "" : " of a stage that is not published, and so into the builder's cache"}`,
          remedy: `${capital(kept.instead)}.`,
          key: secretsKey(linted, names),
        };
      }
    }
  },
};

// each look goes through the step's commands: more of them in one step tell nothing new
const MOST_LOOKS = 50;

function stays(linted: LintedStep, index: number, kept: Kept, { home }: AtHand): boolean {
  const { script } = linted;
  if (kept.path !== undefined && (isOutside(linted, kept.path) || isRemoved(script, index, kept.path, home)))
    return false;
  return kept.undo === undefined || !isUndone(script, index, kept.undo);
}

function isUndone(script: Script, from: number, undo: RegExp): boolean {
  return script.commands.some((command, index) => {
    if (index <= from) return false;
    const words = invocationOf(command)?.words.map(({ value, raw }) => value ?? raw);
    return words !== undefined && undo.test([words[0]!.replace(/^.*\//, ""), ...words.slice(1)].join(" "));
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
