import type { Word } from "../dockerfile/shell/script.ts";
import { isPublicVariable } from "./consumer.ts";
import { mountName } from "./mount-name.ts";
import type { DockerfileSubject, LintedStep } from "./rule.ts";

/** The secret mounts of a step, as its commands meet them. */
export type AtHand = {
  /** Path → the secret's name. */
  readonly files: ReadonlyMap<string, string>;
  /** Variable → the secret's name; those that by their name hold no secret (a region, a path) are left out. */
  readonly variables: ReadonlyMap<string, string>;
  readonly home: string;
};

// each rule about mounted secrets asks for them
const known = new WeakMap<LintedStep, AtHand>();

export function secretsAtHand(linted: LintedStep, subject: DockerfileSubject): AtHand {
  let atHand = known.get(linted);
  if (atHand === undefined) {
    atHand = findAtHand(linted, subject);
    known.set(linted, atHand);
  }
  return atHand;
}

// every word of the step is compared with each of them; nobody writes so many
const MOST = 64;

function findAtHand({ step, secrets }: LintedStep, { settings }: DockerfileSubject): AtHand {
  const files = new Map<string, string>();
  const variables = new Map<string, string>();
  for (const mount of secrets.slice(0, MOST)) {
    if (mount.problem !== undefined) continue;
    if (mount.env !== undefined && mount.env !== "" && !isPublicVariable(mount.env)) {
      variables.set(mount.env, mountName(mount));
    }
    if (mount.target) files.set(mount.target.replace(/^\.\//, ""), mountName(mount));
  }
  return { files, variables, home: secrets.length > 0 ? homeOf(settings(step).home) : "/root" };
}

function homeOf(home: { readonly known: boolean; readonly value?: string }): string {
  return home.known && home.value ? home.value.replace(/\/+$/, "") : "/root";
}

/** A word's text as far as it is known, without quotes: `~` and `$HOME` are the home folder, variables stay. */
export function textOf(word: Pick<Word, "raw" | "value">, home: string): string {
  const text = word.value ?? word.raw.replace(/["']/g, "");
  return text.replace(/(^|[=:@])(?:~|\$HOME|\$\{HOME\})(?=\/|$)/g, (_, before: string) => before + home);
}

/** The secrets whose file a word names, be it as a part (`@/run/secrets/x`), by a folder or by a pattern. */
export function filesNamed(word: Pick<Word, "raw" | "value">, { files, home }: AtHand): string[] {
  if (files.size === 0) return [];
  const text = textOf(word, home);
  const named: string[] = [];
  for (const [path, name] of files) {
    if (holdsPath(text, path) || holdsFolder(text, path)) named.push(name);
  }
  return named;
}

function holdsPath(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    if (!/[\w.-]/.test(text.charAt(at + path.length)) && !/[\w.-]/.test(text.charAt(at - 1))) return true;
  }
  return false;
}

// /run/secrets, /run/secrets/ and /run/secrets/*
function holdsFolder(text: string, path: string): boolean {
  const folder = text.replace(/\/?\*?$/, "");
  return folder !== "" && folder.length < path.length && /\/\w/.test(folder) && path.startsWith(`${folder}/`);
}
