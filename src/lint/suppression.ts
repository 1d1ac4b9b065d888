import { directiveBody } from "../grant/comment.ts";

/** What `# buildseal: ignore=RULE[,RULE] reason=TEXT` says. Offsets count from the comment's first character. */
export type Suppression = {
  readonly rules: readonly { readonly id: string; readonly start: number; readonly end: number }[];
  /** undefined: none is given. */
  readonly reason: string | undefined;
};

/** Reads one comment line (with its `#`); undefined where it suppresses nothing. */
export function parseSuppression(comment: string): Suppression | undefined {
  const body = directiveBody(comment);
  if (body === undefined || !body.startsWith(KEY)) return undefined;
  const from = comment.indexOf(body, comment.indexOf(":") + 1) + KEY.length;
  const listed = /^\S*/.exec(body.slice(KEY.length))![0];
  const rules: { id: string; start: number; end: number }[] = [];
  let start = from;
  for (const id of listed.split(",")) {
    if (id !== "") rules.push({ id, start, end: start + id.length });
    start += id.length + 1;
  }
  const rest = body.slice(KEY.length + listed.length).trim();
  const reason = rest.startsWith(REASON) ? rest.slice(REASON.length).trim() : "";
  return { rules, reason: reason === "" ? undefined : reason };
}

const KEY = "ignore=";
const REASON = "reason=";
