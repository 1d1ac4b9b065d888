import { Secret } from "../../secret/secret.ts";
import { weaknessOf } from "../../secret/weak.ts";
import { innerOf, leavesOf } from "./exec-leaf.ts";
import { loginsIn } from "./exec-text.ts";

/**
 * What whoever has a value can take out of it, though it is one value for us: the secret texts of JSON, and the passwords of
 * addresses. Nobody asked for them: what is too weak to be searched for is not told.
 */
export function partsOf(value: Secret): readonly Secret[] {
  const text = value.exposeText();
  const inner = innerOf(text);
  const leaves = inner === undefined ? [] : leavesOf(inner);
  const secret = leaves.filter(({ standing }) => standing === "secret");
  const parts = secret.map((leaf) => new Secret(`${value.name}-${leaf.path}`, leaf.text));
  return [...parts.filter(isStrong), ...[value, ...parts].flatMap(loginsOf)];
}

/** The passwords of the addresses in a value, each beside the whole. */
export function loginsOf(value: Secret): readonly Secret[] {
  return loginsIn(value.exposeText())
    .map((word) => new Secret(`${value.name}-login`, word))
    .filter(isStrong);
}

function isStrong(part: Secret): boolean {
  return weaknessOf(part) === undefined;
}
