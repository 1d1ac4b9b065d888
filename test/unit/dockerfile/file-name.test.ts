import { describe, expect, it } from "vitest";
import { isDockerfileName } from "../../../src/dockerfile/file-name.ts";

describe("a file's name", () => {
  it.each(["Dockerfile", "a/Containerfile", "Dockerfile-alpine.template", "api.Dockerfile.j2", "Dockerfile.a\nb"])(
    "says that it is a Dockerfile: %j",
    (name) => {
      expect(isDockerfileName(name)).toBe(true);
    },
  );

  it.each([
    "dockerfile.ts",
    "Dockerfile.dockerignore",
    "Dockerfile.orig",
    "Dockerfile~",
    "Dockerfiles",
    "Dockerfile/x",
  ])("says that it is none: %j", (name) => {
    expect(isDockerfileName(name)).toBe(false);
  });
});
