import type { Plan, PlannedGrant } from "../grant/plan.ts";

/**
 * Which step gets what, in which form, and why: blocks of lines that fit 80 columns as far as names allow it.
 *
 * @param name what the user calls the Dockerfile
 */
export function printGrants(plan: Plan, name: string): string {
  const lines: string[] = [];
  for (const { step, reached, grants } of plan.steps) {
    lines.push(`${name}:${step.line}  ${step.label}`);
    if (step.onbuild) lines.push("  an ONBUILD step: it runs in builds that take this image as their base");
    else if (!reached) lines.push("  not needed by this target: nothing is issued for it");
    for (const grant of grants) lines.push(...printGrant(grant));
    lines.push("");
  }
  for (const notice of plan.notices) lines.push(`note: ${notice}`);
  return lines.length === 0 ? "" : `${lines.join("\n").trimEnd()}\n`;
}

function printGrant({ what, origin, chosen, form, why, mounts }: PlannedGrant): string[] {
  const width = Math.max(...mounts.map(({ id }) => id.length), 0);
  return [
    `  ${what} (${origin}): ${chosen}`,
    `  as ${form}: ${why}`,
    ...mounts.map(({ id, secret, shows, text }) => {
      const kind = secret === undefined ? "not secret" : "secret    ";
      return `    ${id.padEnd(width)}  ${kind}  ${shows}${text === undefined ? "  (there already)" : ""}`;
    }),
  ];
}
