import { expect, test } from "vitest";
import { meantFolder } from "../../../src/image/meant-folder.ts";

/** Of a folder `here` with these files. */
const meant = (...files: readonly string[]): string => {
  const names = [...new Set(files.map((file) => file.split("/", 1)[0]!))];
  return meantFolder(
    "here",
    (path) => (files.includes(path.slice("here/".length)) ? "file" : undefined),
    (folder) => (folder === "here" ? names : []),
  );
};

test.each([
  ["above a layout", ["app/index.json", "app/oci-layout"], /^If a layout in it is meant, write oci:here\/app$/],
  ["above several", ["a/index.json", "b/index.json"], / write oci:here\/a or oci:here\/b$/],
  ["that skopeo wrote as dir:", ["manifest.json", "version", "0a"], /^If skopeo's dir: is meant, have skopeo copy/],
  ["with an unpacked archive", ["manifest.json", "0a.json"], /: tar -C here -c \. \| buildseal scan-image -$/],
  ["with a file tree", ["etc/passwd", "bin/sh"], /^A file tree is no image; .* \| docker import - NAME$/],
  ["that is empty", [], /^A file tree is no image/],
] as const)("a folder that is no layout is told from others: one %s", (_, files, words) => {
  expect(meant(...files)).toMatch(words);
});
