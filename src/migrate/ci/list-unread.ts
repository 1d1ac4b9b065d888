import { credentialName } from "../secret-name.ts";
import { isHarmlessName } from "./harmless-name.ts";
import type { CiMigration, CiPlace, WantedCiMigration } from "./migration.ts";
import { isHfTokenName } from "./plan-hf-token.ts";
import { secretIdFor } from "./secret-id.ts";
import { insteadOf } from "./static-key-advice.ts";
import { keyNamed, sourceOfFields } from "./static-key-build.ts";

/** The lines of a file that is not read as a whole, and that hand a credential to a build: listed, never changed. */
export function listUnread(text: string, wanted: WantedCiMigration): CiMigration {
  const places: CiPlace[] = [];
  let start = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (!/^\s*(?:#|\/\/)/.test(line)) {
      for (const match of line.matchAll(/--(secret|build-arg)(?:=|\s+)["']?([A-Za-z0-9_.:,=/~${}()-]+)/g)) {
        const found = judge(match[1]!, match[2]!, wanted);
        if (found === undefined) continue;
        const from = start + match.index;
        places.push({ start: from, end: from + match[0].length, line: index + 1, edited: false, ...found });
      }
    }
    start += line.length + 1;
  }
  return { places, edits: [] };
}

type Judged = Pick<CiPlace, "what" | "why" | "replacement">;

function judge(option: string, value: string, wanted: WantedCiMigration): Judged | undefined {
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(value)?.[0] ?? "";
  if (wanted.migration === "static-aws-keys") {
    const key = option === "secret" ? sourceOfFields(value, wanted.goneIds) : keyNamed(name);
    return key && { what: `a --${option} with ${key.name}`, replacement: "", why: `${unread}. ${insteadOf(wanted)}` };
  }
  if (option !== "build-arg" || isHarmlessName(name)) return undefined;
  const isMeant = wanted.migration === "hf-token" ? isHfTokenName(name) : credentialName(name)?.grade === "certain";
  if (!isMeant) return undefined;
  const replacement = `--secret id=${secretIdFor(name)},env=${name}`;
  return { what: `the build argument ${name}`, replacement, why: unread };
}

const unread = "files of this kind are not read as a whole, so it is yours to change";
