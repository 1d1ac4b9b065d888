import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { parseContainerCommand } from "../../../../src/cli/run/container-command.ts";
import { runFlags } from "../../../../src/cli/run/flag-table.ts";
import { readImageVariables } from "../../../../src/cli/run/image.ts";
import { readCommand } from "../../../../src/cli/run/read-command.ts";
import type { RunTools } from "../../../../src/cli/run/tools.ts";

/** An engine that has the image from the beginning, after a pull, or never. */
function engine(has: "there" | "pulled" | "never") {
  const asked: string[] = [];
  let isThere = has === "there";
  const stdout = new TextEncoder().encode('{"Env":["PATH=/bin","A=b=c","EMPTY="]}\n');
  const tools = {
    docker: "docker",
    run: async ({ command }: { command: readonly string[] }) => {
      asked.push(command.slice(1, 3).join(" "));
      return { kind: "exited", status: isThere ? 0 : 1, stdout: isThere ? stdout : new Uint8Array(), stderr: "" };
    },
    start: ({ words }: { words: readonly string[] }) => {
      asked.push(words.join(" "));
      isThere = has === "pulled";
      return { stdout: Readable.from([]), ended: Promise.resolve({ status: isThere ? 0 : 1 }) };
    },
  } as unknown as RunTools;
  const ask = (...flags: string[]) => {
    const command = parseContainerCommand([...flags, "image"], runFlags());
    return readImageVariables({ ...command, image: "image" }, tools);
  };
  return { asked, ask };
}

test("an image that is there is only looked at", async () => {
  const { asked, ask } = engine("there");
  expect([...(await ask())!]).toEqual([
    ["PATH", "/bin"],
    ["A", "b=c"],
    ["EMPTY", ""],
  ]);
  expect(asked).toEqual(["image inspect"]);
});

test("one that is not there is pulled as docker run would, for its platform", async () => {
  const { asked, ask } = engine("pulled");
  expect((await ask("--platform", "linux/arm64", "-q"))?.get("A")).toBe("b=c");
  expect(asked).toEqual(["image inspect", "pull --quiet --platform=linux/arm64 -- image", "image inspect"]);
  const always = engine("pulled");
  await always.ask("--pull=always");
  expect(always.asked).toEqual(["pull -- image", "image inspect"]);
});

test("one that cannot be pulled ends it; with --pull=never Docker says so itself", async () => {
  expect(await engine("never").ask()).toBeUndefined();
  expect((await engine("never").ask("--pull=never"))?.size).toBe(0);
});

test("a flag that the table has not is looked up in docker's own help; one that is not there either is docker's to refuse", async () => {
  const help = "Options:\n      --newer string   Something new\n";
  const tools = {
    docker: "docker",
    run: async () => ({ kind: "exited", status: 0, stdout: new TextEncoder().encode(help), stderr: "" }),
  } as unknown as RunTools;
  expect(await readCommand(["--newer", "x", "image"], tools)).toMatchObject({ image: "image", refused: false });
  expect(await readCommand(["--newest", "x", "image"], tools)).toMatchObject({ refused: true });
});
