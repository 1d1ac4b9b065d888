import { expect, test } from "vitest";
import { createArchiveLinks } from "../../../src/scan/archive-link.ts";

type Link = readonly ["hard link" | "symbolic link", string, string];

function namesOf(links: readonly Link[], files: readonly string[]): string[] {
  const all = createArchiveLinks();
  for (const [kind, path, target] of links) all.add(kind, path, target);
  return all.namesOf(new Set(files)).map(({ name, path }) => `${name} is ${path}`);
}

test.each<[string, readonly Link[], readonly string[]]>([
  ["a hard link, from the root", [["hard link", "b/layer.tar", "a/layer.tar"]], ["b/layer.tar is a/layer.tar"]],
  ["as GNU tar writes one of `.`", [["hard link", "b/layer.tar", "./a/layer.tar"]], ["b/layer.tar is a/layer.tar"]],
  [
    "a symbolic link, from its folder",
    [["symbolic link", "b/layer.tar", "../a/layer.tar"]],
    ["b/layer.tar is a/layer.tar"],
  ],
  ["one to what lies beside it", [["symbolic link", "a/other.tar", "layer.tar"]], ["a/other.tar is a/layer.tar"]],
  ["an absolute one", [["symbolic link", "b/layer.tar", "/a/layer.tar"]], ["b/layer.tar is a/layer.tar"]],
  [
    "one of one",
    [
      ["symbolic link", "c", "b"],
      ["symbolic link", "b", "a/layer.tar"],
    ],
    ["c is a/layer.tar", "b is a/layer.tar"],
  ],
  ["a folder's", [["symbolic link", "b", "a"]], ["b/layer.tar is a/layer.tar"]],
  [
    "one through a folder's",
    [
      ["symbolic link", "b", "a"],
      ["hard link", "c.tar", "b/layer.tar"],
    ],
    ["b/layer.tar is a/layer.tar", "c.tar is a/layer.tar"],
  ],
  ["one that leads to nothing", [["symbolic link", "b", "gone"]], []],
  [
    "a circle",
    [
      ["symbolic link", "b", "c"],
      ["symbolic link", "c", "b"],
    ],
    [],
  ],
  ["one that leads out", [["symbolic link", "b", "../../a/layer.tar"]], ["b is a/layer.tar"]],
])("knows other names of an archive's files: %s", (_, links, names) => {
  expect(namesOf(links, ["a/layer.tar"])).toEqual(names);
});
