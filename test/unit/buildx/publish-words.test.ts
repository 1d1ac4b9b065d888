import { expect, test } from "vitest";
import {
  joinWords,
  pushCacheWords,
  pushesLayouts,
  pushLayoutWords,
  tagDigestWords,
} from "../../../src/buildx/publish-words.ts";

const digest = `sha256:${"a".repeat(64)}`;
const tool = { builder: "b", buildx: [0, 36, 1] } as const;
const old = { builder: undefined, buildx: [0, 13, 1] } as const;

test("a layout is pushed by digest first, then under its tags, unchanged", () => {
  const targets = [
    { repository: "r/a", references: ["r/a:1", "r/a:2"] },
    { repository: "q/b", references: [] },
  ];
  expect(pushLayoutWords({ folder: "/held/image", targets }, digest, tool).join(" ")).toBe(
    `imagetools create --builder=b --prefer-index=false --progress=plain --tag=r/a@${digest} --tag=r/a:1 --tag=r/a:2 --tag=q/b@${digest} -- oci-layout:///held/image@${digest}`,
  );
});

test("a cache export is pushed from its layout likewise", () => {
  const words = pushCacheWords({ folder: "/held/c", reference: "r/c:1" }, digest, tool);
  expect(words.slice(-3)).toEqual(["--tag=r/c:1", "--", `oci-layout:///held/c@${digest}`]);
});

test("tags are set on a digest, and several digests become one index", () => {
  const target = { repository: "r/a", references: ["r/a:1"] };
  expect(tagDigestWords(target, digest, tool).slice(-3)).toEqual(["--tag=r/a:1", "--", `r/a@${digest}`]);
  expect(joinWords(target, ["sha256:1", "sha256:2"], tool).slice(-2)).toEqual(["r/a@sha256:1", "r/a@sha256:2"]);
});

test("an old buildx is spared the flags that it does not know", () => {
  const words = tagDigestWords({ repository: "r/a", references: ["r/a:1"] }, digest, old);
  expect(words).toEqual(["imagetools", "create", "--progress=plain", "--tag=r/a:1", "--", `r/a@${digest}`]);
});

test("layouts are pushed by buildx from 0.33 on", () => {
  expect([[0, 32, 1], [0, 33, 0], undefined].map((buildx) => pushesLayouts({ buildx: buildx as never }))).toEqual([
    false,
    true,
    false,
  ]);
});
