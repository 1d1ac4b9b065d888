import { describe, expect, test } from "vitest";
import { createRoom } from "../../../src/scan/room.ts";

/** Who has got in so far, by name. */
function enterer(room: ReturnType<typeof createRoom>) {
  const inside = new Map<string, () => void>();
  const refused: string[] = [];
  const ask = (name: string, depth: number, bytes: number): void => {
    void room.take(depth, bytes).then((giveBack) => {
      if (giveBack === undefined) refused.push(name);
      else inside.set(name, giveBack);
    });
  };
  const leave = (name: string): void => {
    inside.get(name)!();
    inside.delete(name);
  };
  return {
    ask,
    leave,
    refused,
    inside: async () => {
      await new Promise((done) => setImmediate(done));
      return [...inside.keys()];
    },
  };
}

describe("room for what is unpacked at once", () => {
  test("is for four at each depth, in turn", async () => {
    const { ask, leave, inside } = enterer(createRoom(100));
    for (const name of ["a", "b", "c", "d", "e", "f"]) ask(name, 0, 0);
    ask("deep", 1, 0);
    expect(await inside()).toEqual(["a", "b", "c", "d", "deep"]);
    leave("b");
    expect(await inside()).toEqual(["a", "c", "d", "deep", "e"]);
  });

  test("is no more than there is; nobody small overtakes who waits for much", async () => {
    const { ask, leave, inside } = enterer(createRoom(100));
    ask("a", 0, 60);
    ask("b", 0, 60);
    ask("c", 0, 10);
    expect(await inside()).toEqual(["a"]);
    leave("a");
    expect(await inside()).toEqual(["b", "c"]);
  });

  test("is refused to what would wait for what it lies in, and to what is too large by itself", async () => {
    const { ask, refused, inside } = enterer(createRoom(100));
    ask("outer", 0, 60);
    ask("inner", 1, 60);
    ask("huge", 0, 101);
    ask("small", 1, 30);
    expect(await inside()).toEqual(["outer", "small"]);
    expect(refused).toEqual(["inner", "huge"]);
  });

  test("that deeper ones hold is waited for", async () => {
    const { ask, leave, refused, inside } = enterer(createRoom(100));
    ask("outer", 0, 10);
    ask("inner", 1, 60);
    ask("other", 0, 60);
    expect(await inside()).toEqual(["outer", "inner"]);
    leave("inner");
    expect(await inside()).toEqual(["outer", "other"]);
    expect(refused).toEqual([]);
  });
});
