import { forkRule, type Policy } from "../../grant/policy.ts";
import { type Check, noted } from "../check.ts";

/** What holds for every checkout, whatever it asks for. */
export function standingChecks(policy: Policy): Check[] {
  const listed = policy.filter(({ file }) => file.builders !== undefined);
  const required = policy.find(({ file }) => file.gate === "required");
  return [
    noted(
      "gate.required",
      required === undefined ? "the gate is on, and may be turned off" : `the gate is required by ${required.path}`,
    ),
    noted(
      "builder.allowed",
      listed.length === 0
        ? "any builder, over TLS or on this machine"
        : listed.map(({ path, file }) => `builders ${file.builders!.join(", ") || "none"} by ${path}`).join("; "),
    ),
    noted(
      "fork.rule",
      forkRule(policy) === "read-only"
        ? "a fork's pull request gets what can be narrowed to reading"
        : "a fork's pull request gets nothing",
    ),
  ];
}
