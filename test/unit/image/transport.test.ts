import { describe, expect, test } from "vitest";
import { readTransport } from "../../../src/image/transport.ts";

const exists = (path: string) => ["a.tar", "dir/b:c.tar", "layout"].includes(path);
const read = (text: string) => readTransport(text, exists);

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
});
