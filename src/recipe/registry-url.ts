import { SealError } from "../error.ts";
import type { Surroundings } from "./recipe.ts";

/** What a variable says of where packages come from. */
export type SaidUrl = { readonly url: string; readonly by: "step" | "host" };

/**
 * The first of these variables that says a URL: in the Dockerfile's ENV and ARG, then on the host. A login in it is left
 * out: what is not secret for buildseal may not hold one.
 *
 * @throws SealError GRANT where it is no http URL of plain characters
 */
export function saidUrl(
  step: Surroundings,
  variables: readonly string[],
): { readonly said: SaidUrl | undefined; readonly notices: readonly string[] } {
  for (const by of ["step", "host"] as const) {
    for (const variable of variables) {
      const value = (by === "step" ? step.variable(variable) : step.host(variable))?.trim();
      if (!value) continue;
      const where = by === "step" ? `${variable} of the Dockerfile` : `${variable} of the host`;
      const { url, hadLogin } = readUrl(value, where);
      const notices = hadLogin
        ? [`${where} holds a login, which is left aside: give it as a secret, and the URL without it`]
        : [];
      return { said: { url, by }, notices };
    }
  }
  return { said: undefined, notices: [] };
}

function readUrl(value: string, where: string): { readonly url: string; readonly hadLogin: boolean } {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const hadLogin = url !== undefined && (url.username !== "" || url.password !== "");
  const text = url === undefined ? "" : `${url.protocol}//${url.host}${url.pathname}`;
  // what stands in a file of the consumer's: as in option-schema.ts
  if (url !== undefined && url.search === "" && /^https?:\/\/[\w.:[\]-]+(?:\/[\w.~%+/@:-]*)?$/.test(text)) {
    return { url: text, hadLogin };
  }
  throw new SealError(
    "GRANT",
    `${where} is not a URL that a credential can be given for`,
    "Make it an http URL of plain characters without a query, or set the recipe's option",
  );
}
