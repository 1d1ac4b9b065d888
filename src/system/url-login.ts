/** The header for the login that a URL holds, if it holds one; undefined: what is in it is not written as a URL wants it. */
export function loginOf(
  { username, password }: URL,
  header: "authorization" | "proxy-authorization",
): Readonly<Record<string, string>> | undefined {
  if (username === "" && password === "") return {};
  try {
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { [header]: `Basic ${Buffer.from(login).toString("base64")}` };
  } catch {
    return undefined;
  }
}
