import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPathLog } from "../../../src/layer/path-log.ts";

function log(...paths: readonly string[]) {
  const paths_ = createPathLog();
  for (const path of paths) paths_.add(path.replace(/\/$/, ""), path.endsWith("/"));
  return paths_;
}

describe("what a layer hides of an earlier one", () => {
  test("is what it writes again", () => {
    const paths = log("etc/", "etc/app.conf");
    expect(paths.hides("etc/app.conf")).toBe(true);
    expect(paths.hides("etc/other.conf")).toBe(false);
    expect(paths.hides("etc/app.conf.bak")).toBe(false);
  });

  test("is what it deletes, and all below", () => {
    const paths = log("etc/", "etc/.wh.app", ".wh.srv");
    expect(paths.hides("etc/app")).toBe(true);
    expect(paths.hides("etc/app/deep/file")).toBe(true);
    expect(paths.hides("srv/file")).toBe(true);
    expect(paths.hides("etc/application")).toBe(false);
    expect(paths.hides("app")).toBe(false);
  });

  test("is all that was in an opaque directory", () => {
    expect(log("etc/.wh..wh..opq").hides("etc/app/file")).toBe(true);
    expect(log("etc/.wh..wh..opq").hides("usr/file")).toBe(false);
    expect(log(".wh..wh..opq").hides("usr/file")).toBe(true);
  });

  test("is what was in a directory that is now something else, and a file that is now a directory", () => {
    expect(log("etc").hides("etc/app")).toBe(true);
    expect(log("etc/").hides("etc/app")).toBe(false);
    expect(log("etc/app/").hides("etc/app")).toBe(true);
  });

  test("is nothing at a path that differs by its first letters, whatever the layer does", () => {
    const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"];
    for (const one of letters) {
      const paths = log(`${one}pp/`, `${one}pp/.wh..wh..opq`, `x${one}`, `.wh.y${one}`);
      for (const other of letters) {
        const isSame = one === other;
        expect([one, other, paths.hides(`${other}pp/token`)]).toEqual([one, other, isSame]);
        expect([one, other, paths.hides(`x${other}/token`)]).toEqual([one, other, isSame]);
        expect([one, other, paths.hides(`y${other}/token`)]).toEqual([one, other, isSame]);
      }
    }
    for (const one of letters) {
      const folder = log(`${one}pp/`);
      for (const other of letters) expect([one, other, folder.hides(`${other}pp/token`)]).toEqual([one, other, false]);
    }
  });

  test("is the same for any number of paths", () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 40 }), path, (written, asked) => {
        const parents = asked.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
        expect(log(...written).hides(asked)).toBe(written.some((one) => parents.includes(one)));
      }),
    );
  });
});
