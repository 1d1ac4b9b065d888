/** What a server asks for with a 401. */
export type Challenge =
  | { readonly scheme: "basic" }
  | { readonly scheme: "bearer"; readonly realm: string; readonly service?: string; readonly scope?: string };

const SCHEME = /^[\s,]*([A-Za-z][\w-]*)(?:[ \t]+|$)/;
const PARAMETER = /^[\s,]*([A-Za-z][\w-]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/;

/** Reads `WWW-Authenticate` (RFC 9110, 11.6.1): several challenges may stand in it. Bearer goes before Basic, as Docker has it. */
export function readChallenge(header: string): Challenge | undefined {
  const found: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  let rest = header.slice(0, 8192);
  while (rest !== "") {
    const parameter = PARAMETER.exec(rest);
    if (parameter !== null && found.length > 0) {
      const [whole, name = "", quoted, token] = parameter;
      found.at(-1)!.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? token ?? "");
      rest = rest.slice(whole.length);
      continue;
    }
    const scheme = SCHEME.exec(rest);
    if (scheme === null) break;
    found.push({ scheme: scheme[1]!.toLowerCase(), parameters: new Map() });
    rest = rest.slice(scheme[0].length);
  }
  const bearer = found.find(({ scheme, parameters }) => scheme === "bearer" && parameters.has("realm"));
  if (bearer !== undefined) {
    const { parameters } = bearer;
    const service = parameters.get("service");
    const scope = parameters.get("scope");
    return {
      scheme: "bearer",
      realm: parameters.get("realm")!,
      ...(service === undefined ? {} : { service }),
      ...(scope === undefined ? {} : { scope }),
    };
  }
  return found.some(({ scheme }) => scheme === "basic") ? { scheme: "basic" } : undefined;
}
