import { expect, test } from "vitest";
import { whatElse } from "../../../src/image/no-archive.ts";

const of = (...paths: readonly string[]) => whatElse(paths.map((path) => ({ path, isWhole: true })));

test("an archive of no image is told from others by what it holds", () => {
  expect(of()).toBe("it is empty, or no archive at all");
  expect(of("etc/passwd", "app/index.json")).toBe(
    "if it is a layer or a file tree, docker import makes an image of it",
  );
  expect(of("app/oci-layout", "app/index.json", "app/blobs/sha256/0a")).toBe(
    "those in app have to lie at its top: pack what is in that folder",
  );
});

test("nothing is told of one that breaks off", () => {
  expect(
    whatElse([
      { path: "blobs/sha256/0a", isWhole: true },
      { path: "blobs/sha256/0b", isWhole: false },
    ]),
  ).toBe(undefined);
});
