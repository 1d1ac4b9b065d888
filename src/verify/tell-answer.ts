import type { Finding, Severity } from "../finding/finding.ts";
import type { Answer } from "./caller-identity.ts";

/** A finding with what AWS says of its key: in words, and in how bad it is. */
export function tellAnswer(finding: Finding, answer: Answer): Finding {
  const severity = severityOf(answer, finding.severity);
  return { ...finding, severity, message: withWords(finding.message, wordsOf(answer)) };
}

/** A finding of a key that AWS could not be asked about. */
export function tellUnasked(finding: Finding): Finding {
  return { ...finding, message: withWords(finding.message, "AWS was not asked: not all parts of the key are there") };
}

/** Beside what it is, before where it is: the table for people shows no more of a message. */
function withWords(message: string, words: string): string {
  const at = message.lastIndexOf(" is in ");
  return at === -1 ? `${message} (${words})` : `${message.slice(0, at)} (${words})${message.slice(at)}`;
}

function wordsOf(answer: Answer): string {
  switch (answer.kind) {
    case "valid":
      return `AWS says it is valid, in the account ${answer.account}, as ${answer.principal}`;
    case "expired":
      return "AWS says it has expired";
    case "unknown":
      return "AWS does not know it: it is deleted, inactive or of another partition";
    case "mismatch":
      return "AWS knows its id, and says that the secret does not fit";
    case "untold":
      return `whether it is valid could not be told: ${answer.why}`;
  }
}

/** A key that opens nothing is none; one that could not be told is as bad as before. */
function severityOf({ kind }: Answer, severity: Severity): Severity {
  if (kind === "valid") return "error";
  if (kind === "expired" || kind === "unknown") return "info";
  return kind === "mismatch" && severity === "error" ? "warning" : severity;
}
