import { describe, expect, test } from "vitest";
import { type Document, readDocument } from "../../../src/image/document.ts";

const digest = `sha256:${"0".repeat(64)}`;
const config = { os: "linux", architecture: "amd64", rootfs: { diff_ids: [digest] } };
const manifest = { config: { digest }, layers: [{ digest }] };

describe("what engines may read otherwise is doubtful", () => {
  test.each<[string, unknown, string]>([
    ["a manifest with other layers", { ...manifest, Layers: [] }, "its key Layers is read as layers by some tools"],
    ["by the long s", { ...manifest, "layer\u017f": [] }, "its key layer\u017f is read as layers by some tools"],
    [
      "by the Kelvin sign",
      { manifests: [], "\u212a": 1, mediatype: "" },
      "its key mediatype is read as mediaType by some tools",
    ],
    [
      "a descriptor",
      { ...manifest, layers: [{ digest, Digest: "" }] },
      "its key Digest is read as digest by some tools",
    ],
    ["a platform", { manifests: [{ digest, platform: { OS: "linux" } }] }, "its key OS is read as os by some tools"],
    ["an index", { manifests: [{ digest }], MANIFESTS: [] }, "its key MANIFESTS is read as manifests by some tools"],
    ["a config", { ...config, RootFS: {} }, "its key RootFS is read as rootfs by some tools"],
    [
      "a config's layers",
      { ...config, rootfs: { Diff_IDs: [] } },
      "its key Diff_IDs is read as diff_ids by some tools",
    ],
    [
      "a history",
      { ...config, history: [{ Created_By: "" }] },
      "its key Created_By is read as created_by by some tools",
    ],
    ["manifest.json", [{ Layers: [], Config: "a", config: "b" }], "its key config is read as Config by some tools"],
    ["an index that is a manifest", { manifests: [], ...manifest }, "it is an index and an image's manifest at once"],
    [
      "a manifest that is an index",
      { manifests: [{ digest }], config: {} },
      "it is an index and an image's manifest at once",
    ],
  ])("%s", (_, json, doubt) => {
    expect(readDocument(json).doubt).toBe(doubt);
  });

  test.each<[string, unknown, Document["kind"]]>([
    ["keys that are no one's", { ...manifest, layer: 1, lıayers: 1, Rootfs: 1 }, "manifest"],
    ["annotations, whose keys are anyone's", { ...manifest, annotations: { Digest: "", digest: "" } }, "manifest"],
    ["a manifest that names no index", { ...manifest, manifests: null }, "manifest"],
    ["a config with a manifest's keys", { ...config, layers: [], manifests: [] }, "config"],
    ["a config as Docker writes it", { ...config, container_config: {}, config: { Labels: { labels: "" } } }, "config"],
  ])("but not %s", (_, json, kind) => {
    const document = readDocument(json);
    expect(document.kind).toBe(kind);
    expect(document.doubt).toBeUndefined();
  });
});

test("a config's extra layers hide none, and neither does a manifest's extra list of manifests", () => {
  expect(readDocument({ ...config, layers: [] })).toMatchObject({ kind: "config", diffIds: [digest] });
  expect(readDocument({ ...manifest, manifests: [] })).toMatchObject({ kind: "manifest", layers: [{ digest }] });
  expect(readDocument({ ...manifest, rootfs: {} })).toMatchObject({ kind: "manifest", layers: [{ digest }] });
});

test("an entry of manifest.json without layers is one", () => {
  expect(readDocument([{ Layers: ["a"] }, { Config: "b" }])).toMatchObject({
    images: [{ layers: ["a"] }, { config: "b", layers: [] }],
  });
});
