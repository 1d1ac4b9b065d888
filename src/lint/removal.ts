import { invocationOf } from "../dockerfile/shell/program.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { LintedStep } from "./rule.ts";
import { textOf } from "./secret-at-hand.ts";

/** Whether a path that is written at command `from` is gone when the step ends: removed later, or by a trap. */
export function isRemoved(script: Script, from: number, path: string, home: string): boolean {
  return script.commands.some((command, index) => {
    if (index < from && script.scopes[command.scope]?.kind !== "eval") return false;
    const invocation = invocationOf(command);
    if (invocation === undefined || !REMOVERS.has(invocation.program)) return false;
    const words = invocation.arguments.map((word) => textOf(word, home));
    if (invocation.program === "find" && !words.includes("-delete") && !words.includes("rm")) return false;
    if (invocation.program === "mv") words.pop();
    return words.some((word) => !word.startsWith("-") && covers(word, path));
  });
}

const REMOVERS: ReadonlySet<string> = new Set(["rm", "unlink", "shred", "rmdir", "find", "mv", "truncate"]);

/** Whether removing `word` removes `path`; either may be relative to a folder that is not known. */
function covers(word: string, path: string): boolean {
  const operand = word.replace(/\/?\*?$/, "").replace(/^\.\//, "");
  const target = path.replace(/^\.\//, "").replace(/\/+$/, "");
  if (operand === "") return word === "*" || word === "/*";
  if (operand === target || target.startsWith(`${operand}/`)) return true;
  return operand.startsWith("/") ? matchesGlob(operand, target) : `/${target}/`.includes(`/${operand}/`);
}

function matchesGlob(pattern: string, path: string): boolean {
  const star = pattern.indexOf("*");
  return (
    star > 0 && path.startsWith(pattern.slice(0, star)) && path.endsWith(pattern.slice(pattern.lastIndexOf("*") + 1))
  );
}

/** Whether what is written to a path stays out of the layer: a device, or what a mount lies over. */
export function isOutside({ mounts }: LintedStep, path: string): boolean {
  if (/^\/(?:dev|proc|sys)(?:\/|$)|^[&-]/.test(path)) return true;
  return mounts.some(({ target, type, env }) => {
    if (target === undefined || (type === "secret" && env !== undefined)) return false;
    const folder = target.replace(/\/+$/, "");
    return path === folder || path.startsWith(`${folder}/`);
  });
}
