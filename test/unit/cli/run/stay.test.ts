import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Machine } from "../../../../src/cli/machine.ts";
import type { Container } from "../../../../src/cli/run/container.ts";
import { stayWith } from "../../../../src/cli/run/stay.ts";
import type { RunTools } from "../../../../src/cli/run/tools.ts";

function world(isRunning: boolean | undefined, waiting: { said: string; status: number } = { said: "", status: 1 }) {
  const did: string[] = [];
  const container: Container = {
    id: async () => "0123456789abcdef",
    isRunning: async () => isRunning,
    kill: async () => void did.push("kill"),
  };
  const tools = {
    start: ({ words }: { words: readonly string[] }) => {
      did.push(words.join(" "));
      return {
        stdout: Readable.from([waiting.said]),
        stderr: Readable.from([]),
        ended: Promise.resolve({ status: waiting.status }),
      };
    },
  } as unknown as RunTools;
  const machine = { say: (sentence: string) => void did.push(sentence) } as unknown as Machine;
  return { did, stay: (status: number) => stayWith({ status, container, tools, machine }) };
}

test.each([false, undefined])(
  "a container that has ended, or is gone, gives docker's status (%s)",
  async (isRunning) => {
    const { did, stay } = world(isRunning);
    expect([await stay(0), await stay(3), await stay(137)]).toEqual([0, 3, 137]);
    expect(did).toEqual([]);
  },
);

test("one that was detached from is waited for, and its own status counts", async () => {
  const { did, stay } = world(true, { said: "42\n", status: 0 });
  expect(await stay(0)).toBe(42);
  expect(did).toEqual([expect.stringContaining("detached"), "wait 0123456789abcdef"]);
});

test("one that runs on when waiting for it was broken off is killed", async () => {
  const { did, stay } = world(true, { said: "", status: 130 });
  expect(await stay(0)).toBe(130);
  expect(did.at(-1)).toBe("kill");
});

test.each([1, 125, 137])("one that runs on though docker ended with %s is killed, and that is said", async (status) => {
  const { did, stay } = world(true);
  expect(await stay(status)).toBe(status);
  expect(did).toEqual([expect.stringContaining("was killed"), "kill"]);
});
