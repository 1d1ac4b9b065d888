import type { Shows } from "./command-sign.ts";

/**
 * It names the program anywhere but where that is fetched, installed, moved, looked at or taken away, or has a setting of
 * its own: a variable with its name in it, and what `setting` (global) matches.
 */
export function names(program: string, setting?: RegExp): Shows {
  const name = new RegExp(`\\b${program}\\b`);
  const own = program.toUpperCase();
  return ({ text }) =>
    text.split(/[;&|\n]/).some((part) => {
      const unset = withoutExported(part, own);
      const rest = setting === undefined ? unset : unset.replace(setting, " ");
      const at = rest.search(name);
      return at >= 0 && !isHandled(rest.slice(0, at));
    });
}

/** Which variable it is, is asked in code: a pattern with the name in its middle takes a long word again and again. */
function withoutExported(part: string, own: string): string {
  const at = part.search(/\b(?:ENV|export)\s/);
  if (at < 0) return part;
  const settings = /\b(\w+)=(?:"[^"]*"|'[^']*'|\S*)/g;
  return `${part.slice(0, at)}${part.slice(at).replace(settings, (all, variable) => (variable.includes(own) ? " " : all))}`;
}

/** Whether what stands before the name does something with a file or a package of that name, and does not run it. */
export function isHandled(before: string): boolean {
  if (/\b(?:curl|wget|tar|unzip|cp|mv|mkdir|chmod|b?install|ln|apk add)\b/.test(before)) return true;
  const words = before.trim().split(/\s+/);
  const first = words.findIndex((word) => !leads.test(word));
  return first >= 0 && handles.test(words.slice(first).join(" "));
}

/** What stands before a program: the shell's own words, sudo and options of it, assignments. */
const leads = /^(?:[({!]|if|elif|then|else|while|until|do|sudo|doas|-.*|[A-Za-z_]\w*=.*)$/;

/** These are arguments too (`cargo test`, `npm run which`): so it is the program alone that is asked. */
const handles =
  /^(?:rm|rmdir|chown|chgrp|touch|ls|stat|cd|pushd|which|type|hash|command -[vV]|test|\[\[?|sha\d+sum|git clone|pacman|zypper|emerge|(?:conda|mamba|micromamba) (?:create|env|update|remove)|dpkg|rpm|apt-(?:mark|cache)|update-alternatives|(?:apk|apt|apt-get|dnf|yum) .*\b(?:add|del|remove|purge|erase))(?: |$)/;
