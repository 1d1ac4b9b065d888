import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { ImagePlace } from "../../../src/finding/finding.ts";
import { createLinkLog } from "../../../src/layer/link-log.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { inPieces, makeArchive } from "../image/made-image.ts";
import { type MadeEntry, makeEntry, makeTar, withChecksum } from "../layer/made-tar.ts";

const secret = new Secret("the-token", randomBytes(24).toString("base64url"));
const value = secret.exposeText();

async function placesOf(...layers: readonly (readonly MadeEntry[] | Buffer)[]): Promise<ImagePlace[]> {
  const needles = needlesOf(secret, "scan");
  const result = await scanArchive(inPieces(makeArchive([{ layers }])), { needles, nowSeconds: 0 });
  expect(result).toMatchObject({ complete: true, skipped: [] });
  return result.findings.flatMap(({ where, places = [] }) => [where, ...places]) as ImagePlace[];
}

const first: MadeEntry[] = [
  { name: "etc/", type: "5" },
  { name: "etc/one", content: value },
  { name: "etc/two", type: "1", link: "./etc/one" },
  { name: "srv/three", type: "1", link: "etc/two" },
];
const removed = (name: string): MadeEntry => ({ name });

test("a file is not deleted while another name of it is to be seen", async () => {
  const still = await placesOf(first, [removed("etc/.wh.one")], [removed("etc/.wh.two")]);
  expect(still).toMatchObject([{ path: "etc/one" }]);
  expect(still[0]).not.toHaveProperty("deletedIn");
});

test("a file is deleted where the last of its names is", async () => {
  const places = await placesOf(first, [removed("etc/.wh.one")], [removed(".wh.srv")], [removed("etc/.wh.two")]);
  expect(places).toMatchObject([{ path: "etc/one", deletedIn: 3 }]);
  expect(await placesOf(first, [removed(".wh.etc"), removed(".wh.srv")])).toMatchObject([{ deletedIn: 1 }]);
});

test("a value in a file's name goes with that name, whatever others the file has", async () => {
  const named = [
    { name: value, content: "x" },
    { name: "other", type: "1", link: value },
  ];
  const places = await placesOf(named, [removed(`.wh.${value}`)]);
  expect(places).toContainEqual(expect.objectContaining({ surface: "path", path: expect.any(String), deletedIn: 1 }));
});

test("names that differ in bytes that are no characters are not the same file", async () => {
  const layer = (name: Buffer, content = ""): Buffer => {
    const [header, ...rest] = makeEntry({ name: "", content });
    name.copy(header!);
    return Buffer.concat([withChecksum(header!), ...rest, Buffer.alloc(1024)]);
  };
  const named = (end: number, before = "etc/"): Buffer => Buffer.concat([Buffer.from(`${before}n`), Buffer.of(end)]);
  const places = await placesOf(layer(named(0xe9), value), layer(named(0xe8)), layer(named(0xe8, "etc/.wh.")));
  expect(places).toMatchObject([{ path: "etc/n\ufffd" }]);
  expect(places[0]).not.toHaveProperty("deletedIn");
  const gone = await placesOf(layer(named(0xe9), value), layer(named(0xe9, "etc/.wh.")));
  expect(gone).toMatchObject([{ path: "etc/n\ufffd", deletedIn: 1 }]);
});

test("names in PAX headers are told apart in the same way", async () => {
  const layer = (end: number, content: string): Buffer => {
    const tar = makeTar([{ name: "x", pax: { path: "etc/n@" }, content }]);
    tar[tar.indexOf("etc/n@") + 5] = end;
    return tar;
  };
  const places = await placesOf(layer(0xff, value), layer(0xfe, "x"));
  expect(places).toMatchObject([{ path: "etc/n\ufffd" }]);
  expect(places[0]).not.toHaveProperty("deletedIn");
});

test("links that there is no room for are known not to be known", () => {
  const room = { left: 300 };
  const links = createLinkLog(room);
  links.add("b", "a");
  expect(links.namesOf("a")).toEqual({ names: ["b"], isAll: true });
  links.add("c", "b");
  links.add("d", "c");
  expect(links.namesOf("a")).toEqual({ names: ["b", "c"], isAll: false });
  expect(createLinkLog(room).namesOf("a")).toEqual({ names: [], isAll: true });
});
