import { describe, expect, it } from "vitest";
import { frontendFrom, frontendOf, readTemplate, toBytes } from "../../../src/dockerfile/index.ts";

describe("the frontend of a Dockerfile", () => {
  it("is the builder's own where nothing is said", () => {
    expect(frontendOf({ text: "FROM a\n" })).toEqual({
      image: undefined,
      isDockers: true,
      version: undefined,
      supportsEnvMounts: undefined,
    });
  });

  it.each([
    ["docker/dockerfile", undefined, true],
    ["docker/dockerfile:latest", undefined, true],
    ["docker/dockerfile:labs", undefined, true],
    ["docker/dockerfile:1", { major: 1, minor: undefined }, true],
    ["docker/dockerfile:1-labs", { major: 1, minor: undefined }, true],
    ["docker/dockerfile:1.10", { major: 1, minor: 10 }, true],
    ["docker/dockerfile:1.9.0", { major: 1, minor: 9 }, false],
    ["docker/dockerfile:1.4-labs", { major: 1, minor: 4 }, false],
    ["docker/dockerfile:2.0", { major: 2, minor: 0 }, true],
    ["docker.io/docker/dockerfile:1.12.1", { major: 1, minor: 12 }, true],
    ["docker/dockerfile-upstream:master", undefined, true],
    [`docker/dockerfile@sha256:${"a".repeat(64)}`, undefined, undefined],
    [`docker/dockerfile:1@sha256:${"a".repeat(64)}`, { major: 1, minor: undefined }, undefined],
    [`docker/dockerfile:1.7@sha256:${"a".repeat(64)}`, { major: 1, minor: 7 }, false],
  ])("is Docker's own as %s", (image, version, supportsEnvMounts) => {
    expect(frontendFrom(image)).toEqual({ image, isDockers: true, version, supportsEnvMounts });
  });

  it("is what a template's rendering asks for, also below tags", () => {
    const text = "{% import 'm.j2' as m %}\n# syntax=docker/dockerfile:1.4\nFROM a\nRUN b\n";
    expect(frontendOf(readTemplate(toBytes(text), "Dockerfile.j2")).image).toBe("docker/dockerfile:1.4");
    expect(frontendOf(readTemplate(toBytes(text), "Dockerfile", "none")).image).toBeUndefined();
  });

  it.each([
    ["docker/dockerfile:{{ version }}", "docker/dockerfile", true],
    ["docker/dockerfile:1.{{ minor }}-labs", "docker/dockerfile", true],
    ["docker/dockerfile:1.4{% if labs %}-labs{% endif %}", "docker/dockerfile", true],
    ["acme/frontend@{{ digest }}", "acme/frontend", false],
    ["localhost:5000/docker/{{ name }}", undefined, true],
    ["{{ frontend }}", undefined, true],
  ])("is what a template says of it before its first tag: %s", (value, image, isDockers) => {
    const file = readTemplate(toBytes(`# syntax=${value}\nFROM a\nRUN b\n`), "Dockerfile.j2");
    expect(frontendOf(file)).toMatchObject({ image, isDockers, version: undefined });
  });

  it.each([
    "example/dockerfile:1",
    "docker/dockerfile-copy:1",
    "ghcr.example/docker/dockerfile:1",
    "docker/dockerfile/x",
    "localhost:5000/docker/dockerfile:1",
    "Docker/dockerfile",
    "$FRONTEND",
    "",
  ])("is another's as %j", (image) => {
    expect(frontendFrom(image)).toMatchObject({ isDockers: false, supportsEnvMounts: undefined });
  });

  it("is found where BuildKit finds it, and overruled by a build argument", () => {
    expect(frontendOf({ text: "// syntax=x/y\n" })).toMatchObject({ image: "x/y", isDockers: false });
    const buildArgs = new Map([["BUILDKIT_SYNTAX", " docker/dockerfile:1.10 and more "]]);
    expect(frontendOf({ text: "# syntax=x/y\n" }, { buildArgs })).toMatchObject({
      image: "docker/dockerfile:1.10",
      isDockers: true,
    });
  });
});
