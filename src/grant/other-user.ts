import type { Mount } from "../dockerfile/mount.ts";
import type { RunAs } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import type { Call, Ran } from "../recipe/call.ts";
import type { Recipe, RecipeMount, Surroundings } from "../recipe/recipe.ts";
import type { Reader } from "./mount.ts";
import { signOf } from "./sign.ts";

type Granted = { readonly recipe: Recipe; readonly options: unknown; readonly mounts: readonly RecipeMount[] };

/**
 * What a step's command does not get that runs as another user than the step, by `sudo` or `su -c`: BuildKit mounts files
 * for the step's own.
 */
export function otherUserNotices(granted: Granted, step: Step, known: Surroundings, reader: Reader): string[] {
  const as = runsOnlyAs(granted, known);
  if (as === undefined) return [];
  const lost = lossOf(as, granted.mounts, step, reader);
  return lost === undefined
    ? []
    : [
        `${step.label} (line ${step.line}) runs it by \`${as.by}\`${lost}: set \`USER\` before the step in the place of \`${as.by}\``,
      ];
}

function lossOf(
  { user, handsOn }: RunAs,
  mounts: readonly RecipeMount[],
  step: Step,
  reader: Reader,
): string | undefined {
  const isPrivate = ({ id }: RecipeMount): boolean => {
    const own = step.mounts.find((mount) => mount.type === "secret" && mount.id === id);
    return own === undefined ? typeof reader === "number" : !mayRead(user, own, reader);
  };
  const isOther = user !== "root" && user !== "0" && user !== String(reader);
  if (isOther && mounts.some((mount) => mount.kind === "file" && isPrivate(mount))) {
    return " as another user, who cannot read what is mounted for the step's own";
  }
  if (handsOn === "all") return undefined;
  const lost = mounts.flatMap((mount) =>
    mount.kind === "variable" && !handsOn.includes(mount.variable) ? [mount.variable] : [],
  );
  if (lost.length === 0) return undefined;
  const but = handsOn.length === 0 ? "" : ` but ${handsOn.join(", ")}`;
  return `, which hands on no variables${but}, and this grant gives ${lost.join(", ")}`;
}

/** Whose a mount of the step's own is, is known by number alone: where he has a name, or is not known, it may be his. */
function mayRead(user: string | undefined, own: Mount, reader: Reader): boolean {
  const { uid, gid, mode = 0o400, unresolved } = own;
  if (unresolved.length > 0 || (mode & 0o004) !== 0 || (gid !== undefined && (mode & 0o040) !== 0)) return true;
  const isNumber = /^\d+$/.test(user ?? "");
  return uid !== undefined && (isNumber ? user === String(uid) : uid !== reader && uid !== 0);
}

/** As whom the recipe's consumer is run, where no call of it is left to the step's own user. */
function runsOnlyAs({ recipe, options }: Granted, step: Surroundings): RunAs | undefined {
  const ran = step.ran?.();
  if (ran === undefined) return undefined;
  const others = ran.calls.filter(({ as }) => as !== undefined);
  if (others.length === 0) return undefined;
  const isChosen = (calls: readonly Call[], text: string): boolean =>
    signOf(recipe, { ...step, ran: () => ({ text, calls }) }, options) !== undefined;
  const own = ran.calls.filter(({ as }) => as === undefined);
  if (isChosen(own, ownText(ran, own, others))) return undefined;
  return others.find((call) => isChosen([call], textOf(call)))?.as;
}

/** What is left of the text without the others' calls, and the own ones once more: they may be the same words. */
function ownText({ text }: Ran, own: readonly Call[], others: readonly Call[]): string {
  const changers = new Set(others.map(({ as }) => as?.by));
  const texts = own.filter(({ program }) => !changers.has(program)).map(textOf);
  const theirs = new Set(others.map(textOf).filter(Boolean));
  return [[...theirs].reduce((left, one) => left.replaceAll(one, " "), text), ...texts].join("\n");
}

const textOf = ({ program, arguments: words }: Call): string => [program, ...words].join(" ");
