import type { Environment } from "./host.ts";

export type ReadText = (path: string) => Promise<string | undefined>;

/** Whose the code is: nothing speaks of a pull request, one of this repository, or one of a stranger's; `why` is a clause. */
export type Origin = { readonly kind: "own" | "pull-request" } | { readonly kind: "fork"; readonly why: string };

type Repository = { readonly full_name?: string } | null;
type PullRequest = { readonly head?: { readonly repo?: Repository }; readonly base?: { readonly repo?: Repository } };
type Event = {
  readonly pull_request?: PullRequest;
  readonly workflow_run?: { readonly event?: string; readonly head_repository?: Repository };
  readonly issue?: { readonly pull_request?: object };
  /** Whoever dispatches by a comment's command hands the pull request on here. */
  readonly client_payload?: { readonly pull_request?: PullRequest };
};

/**
 * Where a GitHub job's code is from, by the event's file. It names the repository of a pull request; that is null where the
 * fork was deleted. An event of which nothing can be read, or that does not tell, counts as a stranger's: in doubt a stranger
 * gets nothing. Whether the fork's workflows get write tokens (a private repository's can) makes no difference.
 */
export async function originOnGithub(environment: Environment, readText: ReadText): Promise<Origin> {
  const name = environment["GITHUB_EVENT_NAME"] ?? "";
  if (!tellsOfPullRequests(name)) return { kind: "own" };
  const path = environment["GITHUB_EVENT_PATH"] ?? "";
  const event = path === "" ? undefined : parseEvent(await readText(path));
  const told = `this is GitHub's ${name} event`;
  if (event === undefined) {
    return stranger(`${told}, and its file (GITHUB_EVENT_PATH) cannot be read (a container needs it mounted)`);
  }
  const silent = stranger(`${told}, and the event's file does not tell where its code is from`);
  const own = environment["GITHUB_REPOSITORY"];
  if (name.startsWith("pull_request")) {
    return event.pull_request === undefined ? silent : compared(event.pull_request, name, own);
  }
  switch (name) {
    case "workflow_run": {
      const run = event.workflow_run;
      if (run === undefined) return silent;
      if (run.event?.startsWith("pull_request") !== true) return { kind: "own" };
      return compared({ head: { repo: run.head_repository ?? null } }, name, own);
    }
    case "issue_comment":
      // the comment's event names the pull request, but not the repository that it is from
      if (event.issue?.pull_request === undefined) return { kind: "own" };
      return stranger(
        "this is GitHub's issue_comment event on a pull request, which does not tell whose code is checked out",
      );
    default: {
      const request = event.client_payload?.pull_request;
      return request === undefined || request === null ? { kind: "own" } : compared(request, name, own);
    }
  }
}

/** Those on a pull request, after one, about one, and started for one. */
function tellsOfPullRequests(name: string): boolean {
  return (
    name.startsWith("pull_request") ||
    name === "workflow_run" ||
    name === "issue_comment" ||
    name === "repository_dispatch"
  );
}

function compared({ head, base }: PullRequest, name: string, own: string | undefined): Origin {
  const from = head?.repo?.full_name;
  if (from !== undefined && from === (base?.repo?.full_name ?? own)) return { kind: "pull-request" };
  return stranger(`this is GitHub's ${name} event for a pull request from ${from ?? "a fork that is gone"}`);
}

function stranger(why: string): Origin {
  return { kind: "fork", why };
}

function parseEvent(text: string | undefined): Event | undefined {
  try {
    const event: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof event === "object" && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}
