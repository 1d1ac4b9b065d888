import { expect, test } from "vitest";
import { hasSameImages, imageDigests, imageIdInMetadata, mergeLayoutIndex } from "../../../src/buildx/image-index.ts";

const attestation = { digest: "sha256:c", annotations: { "vnd.docker.reference.type": "attestation-manifest" } };
const index = (...manifests: readonly object[]) => JSON.stringify({ schemaVersion: 2, manifests });

test("the images of an index are its entries without the attestations", () => {
  expect(imageDigests("sha256:i", index({ digest: "sha256:b" }, { digest: "sha256:a" }, attestation))).toEqual([
    "sha256:a",
    "sha256:b",
  ]);
});

test("a manifest is its own image, and anything else is none", () => {
  expect(imageDigests("sha256:m", JSON.stringify({ config: {}, layers: [] }))).toEqual(["sha256:m"]);
  for (const body of ["{}", "no json", "null"]) expect(imageDigests("sha256:x", body)).toBeUndefined();
});

test("two results are the same when they have the same images, and some", () => {
  expect(hasSameImages(["b", "a"], ["a", "b"])).toBe(true);
  expect(hasSameImages(["a"], ["a", "b"])).toBe(false);
  expect(hasSameImages([], [])).toBe(false);
});

test("an image's id is the configuration's digest, else the manifest's", () => {
  expect(imageIdInMetadata('{"containerimage.digest":"d","containerimage.config.digest":"c"}')).toBe("c");
  expect(imageIdInMetadata('{"containerimage.digest":"d"}')).toBe("d");
  expect(imageIdInMetadata("{}")).toBeUndefined();
});

const named = (digest: string, name: string) => ({
  digest,
  annotations: { "org.opencontainers.image.ref.name": name },
});

test("a layout's index keeps what has another name, and takes over what has the same", () => {
  const merged = mergeLayoutIndex(
    index(named("1", "latest"), named("2", "other"), { digest: "3" }),
    index(named("4", "latest"), { digest: "3" }),
  );
  expect(JSON.parse(merged).manifests).toEqual([named("2", "other"), named("4", "latest"), { digest: "3" }]);
  expect(mergeLayoutIndex(undefined, index(named("1", "a")))).toBe(index(named("1", "a")));
});
