import { expect, test } from "vitest";
import { cpioFormat } from "../../../src/layer/member-format.ts";
import { createMemberWalker } from "../../../src/layer/member-walker.ts";
import { makeCpio } from "./made-archive.ts";

test("a file whose archive breaks off before its first byte is ended, and was not whole", () => {
  const cpio = makeCpio([{ name: "name", content: "content" }]);
  const header = 110 + "name\0".length;
  const ends: boolean[] = [];
  const broken: string[] = [];
  const walker = createMemberWalker({ root: 0, path: [] }, 0, cpioFormat, {
    open: () => ({ write: () => {}, end: (_, whole) => ends.push(whole) }),
    broken: (why) => broken.push(why),
  });
  // the name is filled up to four bytes
  expect(header % 4).not.toBe(0);
  walker.push(cpio, 0, header, 0);
  walker.end(header);
  expect({ ends, broken }).toEqual({ ends: [false], broken: ["an archive that breaks off"] });
});
