import type { Mount } from "../dockerfile/mount.ts";

/** Variables of a program that only set how it works; one of these is no login, whatever program it is for. */
const SETTING =
  "REGION|OUTPUT|PAGER|VERSION|BUCKET|BUCKET_NAME|REGION_NAME|LOG|LOGLEVEL|LOG_LEVEL|CACHE|CACHE_DIR|PREFIX|COLOR|INCREMENTAL|RETRY|TIMEOUT|FUND|AUDIT|PROGRESS|UPDATE_NOTIFIER|OFFLINE|TRANSFER|TELEMETRY|HOME|JOBS|PROTOCOL|REGISTRY|DIR|TARGET_DIR|INDEX|ENDPOINT|RETRIES|BACKTRACE|WRAPPER";

const forVariables = new Map<RegExp, RegExp>();

/** The same for the names of variables: those of settings are left out. One pattern for one, for many steps ask by it. */
export function ofVariables(served: RegExp): RegExp {
  const known = forVariables.get(served);
  if (known !== undefined) return known;
  const pattern = new RegExp(`^(?!.*_(?:${SETTING})$).*(?:${served.source})`, "i");
  forVariables.set(served, pattern);
  return pattern;
}

/** Whether a mount may give what is looked for. A cache holds what earlier steps left, and no login. */
export function mayServe({ id, target, env, type, from }: Mount, served: RegExp): boolean {
  if (type === "cache" || type === "tmpfs") return false;
  return served.test(`${id ?? ""} ${target ?? ""} ${env ?? ""}`) || (type === "bind" && from !== undefined);
}

/** Whether what an instruction copies may be it: programs lie in folders of their names, too. */
export function fileMayServe(path: string, served: RegExp): boolean {
  return served.test(path) && !PROGRAM.test(path);
}

const PROGRAM = /aws-?cli|\/bin\/|\.(?:zip|tar|tgz|tar\.\w+|deb|rpm|apk|gz)$|(?:^|\/)sccache$|^\/usr\/local\/(?!etc\/)/;
