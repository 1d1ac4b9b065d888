import { assignmentIn } from "../../dockerfile/shell/program.ts";
import type { PlacedStep } from "../../workflow/build.ts";
import type { CiDocument, CiEntry, CiJob } from "../../workflow/document.ts";
import { byName } from "../../workflow/entry-index.ts";
import { inheritedBy } from "../../workflow/gitlab/inherited.ts";
import type { CiScript } from "../../workflow/script.ts";
import { type SourcedText, sliceText } from "../../workflow/sourced-text.ts";

/** What is known of a variable where a command runs. */
export type Scope = {
  readonly kind: CiDocument["kind"];
  /**
   * What sets it: an entry of the step, the job or the file, or an assignment in the same script; "file": it is the path of
   * a file with a secret. undefined: nothing here does.
   */
  readonly find: (name: string) => Setting | undefined;
};

export type Setting = { readonly value: SourcedText | undefined; readonly by: "entry" | "assignment" } | "file";

/** The scope of a step; without one, that of the file. */
export function scopeOf(document: CiDocument, placed: Partial<PlacedStep>): Scope {
  const { job, step, scripts } = placed;
  const inherited = document.kind === "gitlab" && job !== undefined ? inheritedBy(document, job) : [];
  const lists = [step?.env, job?.env, ...inherited.map(({ env }) => env), ofDocument(document)];
  return {
    kind: document.kind,
    find: (name) => {
      const assignment = scripts === undefined ? undefined : assignmentsIn(scripts).get(name);
      if (assignment !== undefined) return { value: assignment, by: "assignment" };
      for (const list of lists) {
        const entry = list === undefined ? undefined : byName(list).get(name);
        if (entry !== undefined) return { value: entry.value, by: "entry" };
      }
      const jobs = document.kind === "gitlab" && job !== undefined ? [job, ...inherited] : [];
      return jobs.some((one) => isFile(one, name)) ? "file" : undefined;
    },
  };
}

/** A secret of GitLab's is a file, and the variable its path, unless `file: false` is said. */
function isFile(job: CiJob, name: string): boolean {
  return job.secrets.entries.some((entry) => entry.name.text === name && entry.value?.text !== "false");
}

function ofDocument(document: CiDocument): readonly CiEntry[] {
  if (document.kind === "github-workflow") return document.env;
  return document.kind === "gitlab" || document.kind === "bake" ? document.variables : [];
}

const assignments = new WeakMap<readonly CiScript[], ReadonlyMap<string, SourcedText>>();

/** The variables that scripts set, each with the last value, as it is written. */
function assignmentsIn(scripts: readonly CiScript[]): ReadonlyMap<string, SourcedText> {
  const known = assignments.get(scripts);
  if (known !== undefined) return known;
  const assigned = new Map<string, SourcedText>();
  assignments.set(scripts, assigned);
  for (const { source, shell } of scripts) {
    for (const { assignments: before, words } of shell?.commands ?? []) {
      const exported = /^(?:export|local|declare|readonly|typeset)$/.test(words[0]?.value ?? "") ? words.slice(1) : [];
      // `NAME=value command` holds for that command alone, but whoever writes it means the command
      for (const { name, value } of [...before, ...exported.flatMap((word) => assignmentIn(word) ?? [])]) {
        assigned.set(name, sliceText(source, value.start, value.end));
      }
    }
  }
  return assigned;
}
