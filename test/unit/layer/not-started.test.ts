import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const decodeFile = new URL("../../../src/layer/decode.ts", import.meta.url);

test("what cannot be unpacked for want of memory is a limit, and no mistake", () => {
  const program = `
    for (const name of ["compile", "instantiate", "instantiateStreaming"]) {
      WebAssembly[name] = async () => { throw new RangeError("could not allocate memory"); };
    }
    const { decode } = await import(${JSON.stringify(decodeFile)});
    async function* input() { yield Buffer.from("fd377a585a00", "hex"); }
    console.log(JSON.stringify(await decode("xz", input(), { maxBytes: 1000, bombRatio: 10, bombBytes: 1000 }, () => {})));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    bytes: 0,
    trailing: 0,
    problem: { kind: "limit", why: "what unpacks it could not be started (RangeError)" },
  });
});
