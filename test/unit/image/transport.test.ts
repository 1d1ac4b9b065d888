import { describe, expect, test } from "vitest";
import { type LookAt, meantTransport } from "../../../src/image/meant-transport.ts";
import { readTransport } from "../../../src/image/transport.ts";

const files = [
  "a.tar",
  "A.tar",
  "./a.tar",
  "dir/b:c.tar",
  "layout/index.json",
  "./layout/index.json",
  "Dockerfile",
  "./web.Dockerfile",
];
const lookAt: LookAt = (path) =>
  files.includes(path) ? "file" : ["layout", "./layout", "source", "./source"].includes(path) ? "folder" : undefined;
const read = (text: string) => readTransport(text, lookAt);

describe("the name of an image", () => {
  test("is a local or a registry's image, as Docker names them", () => {
    for (const reference of [
      "debian",
      "debian:12",
      "docker:dind",
      "team/app",
      "localhost:5000/team/app:1.0",
      "[::1]:5000/app",
    ]) {
      expect(read(reference)).toEqual({ kind: "name", reference });
    }
    const digest = `debian@sha256:${"a".repeat(64)}`;
    expect(read(digest)).toEqual({ kind: "name", reference: digest });
    expect(read("a".repeat(12))).toEqual({ kind: "name", reference: "a".repeat(12) });
  });

  test("is an id of the daemon's where it is all of one, however it is written", () => {
    const id = `sha256:${"a".repeat(64)}`;
    for (const text of [id, "a".repeat(64), `docker-daemon:${id}`, `docker-daemon:${"a".repeat(64)}`]) {
      expect(read(text)).toEqual({ kind: "daemon", reference: id });
    }
  });

  test("can say where it is", () => {
    expect(read("docker-daemon:app:1")).toEqual({ kind: "daemon", reference: "app:1" });
    expect(read("docker://registry.example.com/app")).toEqual({
      kind: "registry",
      reference: "registry.example.com/app",
    });
    expect(read("-")).toEqual({ kind: "stdin" });
  });

  test("can be a file or a folder, with a name in it", () => {
    expect(read("docker-archive:a.tar")).toEqual({ kind: "archive", form: "docker-archive", path: "a.tar" });
    expect(read("docker-archive:a.tar:team/app:1.0")).toEqual({
      kind: "archive",
      form: "docker-archive",
      path: "a.tar",
      name: "team/app:1.0",
    });
    expect(read("oci-archive:dir/b:c.tar:v1")).toEqual({
      kind: "archive",
      form: "oci-archive",
      path: "dir/b:c.tar",
      name: "v1",
    });
    expect(read("oci:layout:")).toEqual({ kind: "layout", path: "layout" });
    expect(read("oci:layout:v1")).toEqual({ kind: "layout", path: "layout", name: "v1" });
  });

  test("is refused where it can be none, with the forms that there are", () => {
    for (const text of ["", "App", "docker://", "docker-archive:", "docker-archive:gone.tar", "a b"]) {
      expect(() => read(text)).toThrow(/is not the name of an image|names no file|there is no file/);
    }
  });

  test("is refused with what it was meant for, where that is seen", () => {
    for (const [text, remedy] of [
      ["./a.tar", "If the file ./a.tar is meant, write docker-archive:./a.tar or oci-archive:./a.tar"],
      ["A.tar", "If the file A.tar is meant, write docker-archive:A.tar or oci-archive:A.tar"],
      ["a.tar:app:1", "If the file a.tar is meant, write docker-archive:a.tar:app:1 or oci-archive:a.tar:app:1"],
      ["./layout", "If the folder ./layout is meant, write oci:./layout"],
      ["dir:/srv/image", "If skopeo's dir: is meant, have skopeo copy the image to oci-archive:FILE, and name that"],
      ["docker:team/app", "If a registry's image is meant, write docker://team/app"],
      ["docker:/team/app", "If a registry's image is meant, write docker://team/app"],
      ["dokcer://team/app", "If a transport is meant, write docker://team/app"],
      ["OCI-archive:./a.tar", "If a transport is meant, write oci-archive:./a.tar"],
      ["./source", "If the folder is meant: it is no OCI layout"],
      ["./gone.tar", "If a file or a folder is meant: there is none at this path"],
      ["/gone/too:1", "If a file or a folder is meant: there is none at this path"],
      ["./layout/index.json", "If the layout in ./layout is meant, write oci:./layout"],
      ["Dockerfile", "A Dockerfile is no image: name the image that it makes"],
      ["./web.Dockerfile", "A web.Dockerfile is no image: name the image that it makes"],
      ["docker://App", "An image is NAME, "],
      ["ftp://example.com/x", "An image is NAME, "],
    ] as const) {
      expect(() => read(text), text).toThrow(
        expect.objectContaining({ code: "ARGUMENT", remedy: expect.stringMatching(startOf(remedy)) }),
      );
    }
  });
});

const startOf = (text: string) => new RegExp(`^${text.replace(/[.*/]/g, "\\$&")}`);

test("what else a name of an image may have been meant for is told where it is likely", () => {
  for (const [text, meant] of [
    ["a.tar", "If the file a.tar is meant, write docker-archive:a.tar or oci-archive:a.tar"],
    ["a.tar:1", "If the file a.tar is meant, write docker-archive:a.tar:1 or oci-archive:a.tar:1"],
    ["layout/index.json", "If the layout in layout is meant, write oci:layout"],
    ["layout:1", "If the folder layout is meant, write oci:layout:1"],
    ["dockerarchive:a.tar", "If a transport is meant, write docker-archive:a.tar"],
    ["docker:dind", "If a registry's image is meant, write docker://dind"],
    ["containers-storage:app", "If skopeo's containers-storage: is meant, have skopeo"],
    ["source", undefined],
    ["debian:13", undefined],
    ["team/app:1", undefined],
    ["localhost:5000/app", undefined],
  ] as const) {
    expect(read(text), text).toEqual({ kind: "name", reference: text });
    if (meant === undefined) expect(meantTransport(text, lookAt), text).toBeUndefined();
    else expect(meantTransport(text, lookAt), text).toMatch(startOf(meant));
  }
});
