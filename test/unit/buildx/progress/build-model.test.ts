import { expect, test } from "vitest";
import { type BuildEvent, createBuildModel } from "../../../../src/buildx/progress/build-model.ts";
import type { CleanItem } from "../../../../src/buildx/progress/clean-progress.ts";
import type { Vertex } from "../../../../src/buildx/progress/solve-status.ts";

const time = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4) + second * 1000).toISOString();

function vertexes(...items: readonly Vertex[]): CleanItem {
  return { kind: "status", status: { vertexes: items, statuses: [], logs: [], warnings: [] } };
}

function log(vertex: string, text: string, second: number, stream = 1): CleanItem {
  const entry = { vertex, stream, bytes: Buffer.from(text), timestamp: time(second) };
  return { kind: "status", status: { vertexes: [], statuses: [], logs: [entry], warnings: [] } };
}

/** Events in one word each, with what matters. */
function follow(...items: readonly CleanItem[]) {
  const events: string[] = [];
  const model = createBuildModel((event) => events.push(told(event)));
  items.forEach(model.push);
  model.end();
  return { events, steps: model.steps() };
}

function told(event: BuildEvent): string {
  switch (event.kind) {
    case "step-started":
      return `${event.step.number} started`;
    case "step-over":
      return `${event.step.number} ${event.step.state} ${event.step.durationMs}`;
    case "log":
      return `${event.step.number} after ${event.afterMs}: ${event.lines.join("|")}`;
    case "status":
      return `${event.step.number} ${event.status.id} ${event.status.current}/${event.status.total}`;
    case "warning":
      return `${event.step?.number} warns ${event.warning.short}`;
    case "text":
      return event.line;
  }
}

test("a step begins, writes and is over, numbered in the order of beginning", () => {
  const { events, steps } = follow(
    vertexes({ digest: "a", name: "RUN a" }, { digest: "b", name: "RUN b" }),
    vertexes({ digest: "b", name: "RUN b", started: time(1) }),
    log("b", "one\ntw", 2),
    log("b", "o\n", 3),
    vertexes({ digest: "b", name: "RUN b", started: time(1), completed: time(4) }),
  );
  expect(events).toEqual(["1 started", "1 after 1000: one", "1 after 2000: two", "1 done 3000"]);
  expect(steps.map(({ name, state }) => [name, state])).toEqual([["RUN b", "done"]]);
});

test("output in the same status as the end comes before it, and an unfinished line too", () => {
  const entry = { vertex: "a", stream: 2, bytes: Buffer.from("last\nwords"), timestamp: time(2) };
  const { events } = follow({
    kind: "status",
    status: {
      vertexes: [{ digest: "a", name: "RUN a", started: time(1), completed: time(3), error: "exit code: 1" }],
      statuses: [],
      logs: [entry],
      warnings: [],
    },
  });
  expect(events).toEqual(["1 started", "1 after 1000: last", "1 after 2000: words", "1 failed 2000"]);
});

test("a step that is looked at again begins again, and its times are added without breaks", () => {
  const { events } = follow(
    vertexes({ digest: "a", name: "x", started: time(1), completed: time(2) }),
    vertexes({ digest: "a", name: "x", started: time(5), completed: time(7) }),
  );
  expect(events).toEqual(["1 started", "1 done 1000", "1 started", "1 done 3000"]);
});

test("cached, canceled and failed are told apart", () => {
  const over = { started: time(1), completed: time(1) };
  const { steps } = follow(
    vertexes(
      { digest: "a", name: "a", ...over, cached: true },
      { digest: "b", name: "b", ...over, error: "rpc error: code = Canceled desc = context canceled" },
      { digest: "c", name: "c", ...over, error: "process did not complete" },
    ),
  );
  expect(steps.map(({ state }) => state)).toEqual(["cached", "canceled", "failed"]);
});

test("the vertexes of a group are one step, over when all are, cached when all are", () => {
  const group = { id: "g", name: "COPY --link" };
  const { events, steps } = follow(
    vertexes(
      { digest: "a", name: "merge", progressGroup: group, started: time(1) },
      { digest: "b", name: "copy", progressGroup: group, started: time(2) },
    ),
    vertexes({ digest: "a", progressGroup: group, started: time(1), completed: time(2), cached: true }),
    log("b", "from a member\n", 3),
    vertexes({ digest: "b", progressGroup: group, started: time(2), completed: time(4) }),
  );
  expect(events.at(0)).toBe("1 started");
  expect(events.at(-2)).toBe("1 after 1000: from a member");
  expect(events.at(-1)).toBe("1 done 3000");
  expect(steps.map(({ name }) => name)).toEqual(["COPY --link"]);
});

test("a group of which only weak members began is not shown", () => {
  const group = { id: "g", name: "group", weak: true };
  expect(follow(vertexes({ digest: "a", progressGroup: group, started: time(1), completed: time(2) })).events).toEqual(
    [],
  );
});

test("statuses and warnings belong to their step; one of no step that is shown is not lost", () => {
  const warning = (vertex: string) => ({ vertex, short: `w-${vertex}`, detail: [] });
  const { events } = follow(vertexes({ digest: "a", name: "a", started: time(1) }), {
    kind: "status",
    status: {
      vertexes: [],
      statuses: [
        { id: "layer", vertex: "a", current: 5, total: 10, timestamp: time(2) },
        { id: "lost", vertex: "nobody", current: 5, timestamp: time(2) },
      ],
      logs: [],
      warnings: [warning("a"), warning("nobody")],
    },
  });
  expect(events).toEqual(["1 started", "1 layer 5/10", "1 warns w-a", "undefined warns w-nobody"]);
});

test("output of a step that nobody announced is shown all the same", () => {
  const { events } = follow(log("a", "hello\n", 5));
  expect(events).toEqual(["1 started", "1 after 0: hello"]);
});

test("names, errors and buildx's own lines hold no CI command", () => {
  const { steps, events } = follow(
    vertexes({ digest: "a", name: "RUN ##[error]x", started: time(1), completed: time(2), error: "a\n::error::b" }),
    { kind: "text", line: "::error::c" },
  );
  expect(steps[0]!.name).toBe("RUN ##\\[error]x");
  expect(steps[0]!.error).toBe("a\n:\\:error::b");
  expect(events.at(-1)).toBe(":\\:error::c");
});

test("two thousand steps are followed in no time", () => {
  const many = Array.from({ length: 2000 }, (_, i) => ({ digest: `d${i}`, name: `RUN ${i}` }));
  const start = performance.now();
  const { steps } = follow(
    vertexes(...many),
    ...many.map((vertex, i) => vertexes({ ...vertex, started: time(i), completed: time(i + 1) })),
  );
  expect(steps).toHaveLength(2000);
  expect(performance.now() - start).toBeLessThan(10_000);
});
