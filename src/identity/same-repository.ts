/**
 * Whether two addresses are of one repository: the same path on the same host, whether by https, ssh or git, with a login,
 * a port or `.git` in them or not.
 */
export function isSameRepository(a: string, b: string): boolean {
  const [one, other] = [placeOf(a), placeOf(b)];
  return one !== "" && one === other;
}

/** `host/path` in lower case; hosts of code take names in any case. */
function placeOf(address: string): string {
  const url = /^\w+:\/\//.test(address) ? URL.parse(address) : undefined;
  // scp's way: user@host:path
  const [, scpHost = "", scpPath = ""] = /^(?:[^@/]*@)?([^:/]+):(.*)$/.exec(address) ?? [];
  const host = url?.hostname ?? scpHost;
  const path = (url?.pathname ?? scpPath).replace(/^\/+|\/+$/g, "").replace(/\.git$/i, "");
  return host === "" || path === "" ? "" : `${host}/${path}`.toLowerCase();
}
