import { asRecord, type Json, parsed } from "../json.ts";

/** A login as Docker keeps it. `identityToken` is a refresh token for the registry's token server. */
export type Login = { readonly user: string; readonly password: string } | { readonly identityToken: string };

/** Why there is none: a clause. */
export type NoLogin = { readonly why: string };

/** Runs `docker-credential-NAME get` with a server on its stdin; gives its stdout, undefined where it has none for it. */
export type AskHelper = (name: string, server: string) => Promise<string | undefined>;

/**
 * The login for a registry by Docker's own configuration (docker/cli, cli/config): its own helper, the store of all, then
 * what stands in the file.
 */
export async function loginFor(host: string, config: unknown, askHelper: AskHelper): Promise<Login | NoLogin> {
  const { credHelpers, credsStore, auths } = asRecord(config);
  const server = serverOf(host);
  const helper = asRecord(credHelpers)[host] ?? asRecord(credHelpers)[server] ?? credsStore;
  if (typeof helper === "string" && helper !== "") {
    const answer = await askHelper(helper, server);
    const login = answer === undefined ? undefined : readHelperAnswer(answer);
    if (login !== undefined) return login;
  }
  const known = asRecord(auths);
  const key =
    Object.keys(known).find((each) => each === server) ??
    Object.keys(known).find((each) => hostIn(each) === hostIn(server));
  const own = key === undefined ? undefined : readAuth(asRecord(known[key]));
  if (own !== undefined) return own;
  const isAsked = typeof helper === "string" && helper !== "";
  return { why: isAsked ? `docker-credential-${helper} gave no login for it` : "Docker has no login for it" };
}

/** Under which name Docker keeps the login of its own registry. */
function serverOf(host: string): string {
  return host === "docker.io" ? "https://index.docker.io/v1/" : host;
}

/** `https://HOST/v1/` and `HOST` are one. */
function hostIn(server: string): string {
  return server.replace(/^https?:\/\//, "").split("/", 1)[0]!;
}

function readHelperAnswer(text: string): Login | undefined {
  const { Username: user, Secret: secret } = asRecord(parsed(text));
  if (typeof user !== "string" || typeof secret !== "string" || secret === "") return undefined;
  return user === "<token>" ? { identityToken: secret } : { user, password: secret };
}

function readAuth({ auth, identitytoken, username, password }: Json): Login | undefined {
  if (typeof identitytoken === "string" && identitytoken !== "") return { identityToken: identitytoken };
  if (typeof auth === "string" && auth !== "") {
    const text = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
    const colon = text.indexOf(":");
    if (colon > 0) return { user: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return typeof username === "string" && typeof password === "string" ? { user: username, password } : undefined;
}
