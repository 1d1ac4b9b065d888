import type { ContentRule, PlaceRule, RuleText, Verdict } from "../rule.ts";
import { commandForms, header, loginForms, script } from "./judge/command.ts";
import { type FileForm, fileRule } from "./judge/file.ts";
import { shellHistory } from "./shell-history.ts";

const text: RuleText = {
  id: "command-login",
  title: "A login on a command line",
  severity: "error",
  what: "Passwords and tokens that are given to commands, in scripts, Dockerfiles and CI files, and in the instructions that made the image: `curl -u`, `docker login -p`, `mysql -p…`, `sshpass -p`, `mc alias set`, `az login`, `… | chpasswd`, `--password`, settings of npm, Composer, Poetry and Bundler, headers with an Authorization. In a script they are a *warning*, words only where the command takes nothing but a secret; in an instruction of the image they are an *error*, words a *warning*.",
  why: "The instruction is part of the image's history, and the script of a layer: both show it to everybody who has the image.",
  remedy:
    "Replace the secret, mount it, and let the command read it from the file (`--password-stdin`, a netrc, an option file).",
};

const all = [...commandForms, header];
const graded = (severities: NonNullable<FileForm["severities"]>) => all.map((form) => ({ ...form, severities }));
const instruction = fileRule({
  ...text,
  isContinued: true,
  place: /^$/,
  forms: graded({ weak: "info", word: "warning", random: "error" }),
});
const reach = 4200;

export const commandLogin: PlaceRule & RuleText = fileRule({
  ...text,
  place: script,
  isContinued: true,
  forms: graded({ random: "warning" }).map((form, index) =>
    loginForms.includes(all[index]!) ? { ...form, severities: { word: "warning", random: "warning" } } : form,
  ),
});

/** Instructions that run something begin or end with one of the first two. Of a file, the literal's line is read. */
export const commandLoginInText: ContentRule & RuleText = {
  ...text,
  literals: [
    "/bin/sh -c ",
    "# buildkit",
    "curl -u ",
    "docker login ",
    "uthorization: Basic ",
    "uthorization: Bearer ",
    "uthorization: token ",
    'uthorization": "Basic ',
    'uthorization": "Bearer ',
    "uthorization': 'Basic ",
    "uthorization': 'Bearer ",
  ],
  before: reach,
  after: reach,
  judge: (window, at, context): Verdict | undefined => {
    context.spend?.(10);
    if (context.path === "") return instruction.read(window, context)[0];
    if (script.test(context.path) || shellHistory.place.test(context.path)) return undefined;
    const from = Math.max(window.lastIndexOf("\n", at) + 1, at - 200);
    const [line = ""] = window.slice(from, at + 1000).split("\n", 1);
    const found = commandLogin.read(line, context).find(({ start }) => from + start > at);
    return found === undefined ? undefined : { ...found, start: from + found.start, end: from + found.end };
  },
};
