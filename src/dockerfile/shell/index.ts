export { environmentSetBy, expandsItself } from "./environment.ts";
export { placeInBody, placerOf } from "./place.ts";
export { assignmentIn, environmentOf, invocationOf, programOf } from "./program.ts";
export { readShell } from "./read-shell.ts";
export type { ShellCommand } from "./script.ts";
export { scriptsOf } from "./scripts.ts";
export { shellsOf } from "./shell-of-step.ts";
export { readStep } from "./step-script.ts";
