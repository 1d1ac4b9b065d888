import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

let registry: Registry;
let place: Place;
beforeAll(async () => {
  registry = await startRegistry();
  place = await openPlace("the remote driver", registry);
});
afterAll(async () => {
  await place.stop();
  await registry.stop();
});

/** The steps run on the builder's own platform; only what they make is for another one. */
const steps = (command: string): string[] => [
  `FROM --platform=$BUILDPLATFORM ${place.base} AS made`,
  "ARG TARGETARCH",
  `RUN granted && ${command}`,
  "FROM scratch",
  "COPY --from=made /product /product",
];

describe("an image for two platforms", () => {
  const platforms = ["--platform", "linux/amd64,linux/arm64"];

  test("is pushed whole when it is clean", async () => {
    const { build, word } = await createGrantedBuild(place, steps("echo for $TARGETARCH >/product"));
    const repository = `both/${word}`;
    const outcome = await build([...platforms, "-t", `${registry.address}/${repository}:1`, "--push"]);
    expect(outcome.status, outcome.output).toBe(0);
    const index = JSON.parse(Buffer.from((await registry.manifest(repository, "1"))!.body).toString());
    const pushed = index.manifests.map(({ platform }: { platform: { architecture: string } }) => platform.architecture);
    expect(pushed).toEqual(expect.arrayContaining(["amd64", "arm64"]));
  });

  test("is not pushed at all when only one of them has a leak, and which one is told", async () => {
    const leaking = 'echo fine >/product; if test "$TARGETARCH" = arm64; then cat $token >/product; fi';
    const { build, word } = await createGrantedBuild(place, steps(leaking));
    const repository = `one/${word}`;
    const outcome = await build([...platforms, "-t", `${registry.address}/${repository}:1`, "--push"]);
    expect(outcome.status, outcome.output).toBe(3);
    expect(outcome.stderr).toContain("linux/arm64");
    expect(await registry.tags(repository)).toEqual([]);
  });
});
