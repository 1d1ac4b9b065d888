import type { core } from "zod";
import type { Fault } from "./fault.ts";
import { keysIn } from "./known-key.ts";
import { remedyFor, wordOfAll } from "./word.ts";

/** What a branch of a union says of a value that no branch takes; paths begin at the value. */
export type RefusingBranch = {
  readonly keys: readonly string[];
  readonly issues: readonly core.$ZodIssue[];
  readonly faults: readonly Fault[];
};

/** What is wrong by the branch that fits best: which knows most of the keys, those that are written wrong, too. */
export function faultsOfUnion(branches: readonly RefusingBranch[], given: unknown): readonly Fault[] {
  const fits = branches.map((branch) => fitOf(branch, given));
  const closest = Math.max(...fits);
  if (closest < 0) return [faultOfType(branches, given)];
  const fitting = branches.filter((_, at) => fits[at] === closest);
  const fewest = Math.min(...fitting.map(({ faults }) => faults.length));
  const [best, ...equal] = fitting.filter(({ faults }) => faults.length === fewest) as [RefusingBranch];
  const others = branches.map(({ keys }) => keys);
  const beside = (fault: Fault) => (isOwn(fault) ? besideOther(fault, { own: best.keys, others, given }) : fault);
  return alternatives([best, ...equal]) ?? best.faults.map(beside);
}

/** Below 0: the value is of another type altogether. */
function fitOf({ keys, issues, faults }: RefusingBranch, given: unknown): number {
  const written = keysIn(given);
  if (written === undefined) return issues.some(isOfType) ? -1 : 0;
  if (keys.length === 0) return -1;
  const known = written.filter((key) => keys.includes(key));
  const meant = faults.filter((fault) => fault.kind === "unknown" && fault.meant !== undefined && isOwn(fault));
  return known.length + meant.length;
}

const isOfType = (issue: core.$ZodIssue) => issue.path.length === 0 && issue.code === "invalid_type";
const isOwn = ({ path }: Fault) => path.length === 0;

function faultOfType(branches: readonly RefusingBranch[], given: unknown): Fault {
  const issues = branches.flatMap((branch) => branch.issues.filter(isOfType));
  const [remedy] = issues.flatMap((issue) => remedyFor(issue, given) ?? []);
  return { kind: "wrong", path: [], what: wordOfAll(issues), remedy };
}

/** Where each branch lacks nothing but its own key, any of these keys would do. */
function alternatives(branches: readonly RefusingBranch[]): readonly Fault[] | undefined {
  const missing = branches.flatMap(({ faults }) => faults);
  if (branches.length < 2 || missing.some((fault) => fault.kind !== "missing" || !isOwn(fault))) return undefined;
  const keys = missing.flatMap((fault) => (fault.kind === "missing" ? fault.keys : []));
  return [{ kind: "missing", path: [], keys: [...new Set(keys)], remedy: "Add one of them" }];
}

/**
 * A key that another branch knows is no slip of the keyboard: it stands beside one that does not go with it.
 *
 * @param keys those of the branch that was chosen, and those of each branch
 */
export function besideOther(
  fault: Fault,
  keys: { readonly own: readonly string[]; readonly others: readonly (readonly string[])[]; readonly given: unknown },
): Fault {
  if (fault.kind !== "unknown") return fault;
  const { key, path } = fault;
  const others = keys.others.filter((known) => known.includes(key));
  const own = keysIn(keys.given)?.filter((one) => keys.own.includes(one)) ?? [];
  const other = own.find((one) => others.some((known) => !known.includes(one)));
  return other === undefined ? fault : { kind: "beside", path, key, other };
}
