import { expect, test } from "vitest";
import { namesImageBuild } from "../../../src/workflow/image-name.ts";

test.each([
  "docker.yml",
  "docker-build.yml",
  "build_and_push_image",
  "publishImages",
  "image",
  "container-image",
  "docker-build",
  "./ci/build-containers.sh",
  "docker-hub-build-and-scan",
  "oci",
])("%s builds images", (name) => {
  expect(namesImageBuild(name)).toBe(true);
});

test.each([
  "",
  "ci.yml",
  "build.yml",
  "social-images.yml",
  "associate-issues.yml",
  "imagemagick.yml",
  "lint-dockerfile",
  "hadolint docker",
  "scan-image",
  "docker-hub-description",
  "cleanup-containers",
  "test-in-container",
  "make lint-dockerfile",
])("%s does not say that it builds images", (name) => {
  expect(namesImageBuild(name)).toBe(false);
});
