import { afterAll, beforeAll, expect, test } from "vitest";
import { runDocker } from "./docker.ts";
import { openPlace, type Place } from "./place.ts";
import { createPlants } from "./plant.ts";
import { createProject, unique } from "./project.ts";
import { placesOfName, type ScanReport, scanImage } from "./scan-image.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

const plants = createPlants();
const name = `example.com/made-${unique()}:1`;
let registry: Registry;
let place: Place;
beforeAll(async () => {
  registry = await startRegistry();
  place = await openPlace("the containerd image store", registry);
  const project = await createProject({
    Dockerfile: `FROM --platform=$BUILDPLATFORM ${place.base} AS made
ARG GIVEN
RUN echo built >/product
FROM scratch
ARG TARGETARCH
COPY $TARGETARCH /left
COPY --from=made /product /product
`,
    amd64: plants.value("amd64"),
    arm64: plants.value("arm64"),
  });
  const words = [
    ...["buildx", "build", "--platform", "linux/amd64,linux/arm64", "--network=none", "-t", name],
    ...["--provenance=mode=max", "--build-arg", `GIVEN=${plants.value("provenance")}`, project.folder],
  ];
  const built = await runDocker(words, place.engine);
  if (built.status !== 0) throw new Error(built.stderr);
});
afterAll(async () => {
  await place?.stop();
  await registry?.stop();
});

const surfacesOf = (report: ScanReport, plant: string) =>
  placesOfName(report, plant).map(({ surface, platform }) => `${surface} of ${platform}`);

test.each(["", "docker-daemon:"])(
  "an engine with containerd's store gives every platform and its provenance: %sNAME",
  async (prefix) => {
    const { json, status, output } = await scanImage(`${prefix}${name}`, ["--needles", plants.file()], place.engine);
    expect(json.skipped, output).toEqual([]);
    expect(surfacesOf(json, "amd64")).toEqual(["layer of linux/amd64"]);
    expect(surfacesOf(json, "arm64")).toEqual(["layer of linux/arm64"]);
    expect([...new Set(surfacesOf(json, "provenance"))].sort()).toEqual([
      "attestation of linux/amd64",
      "attestation of linux/arm64",
    ]);
    expect([...json.subject.platforms].sort()).toEqual(["linux/amd64", "linux/arm64"]);
    expect(status).toBe(1);
  },
);

test("of them one platform is read with what is said of it alone", async () => {
  const words = ["--needles", plants.file(), "--platform", "linux/arm64"];
  const { json, status, output } = await scanImage(name, words, place.engine);
  expect(json.skipped, output).toEqual([]);
  expect(surfacesOf(json, "amd64")).toEqual([]);
  expect(surfacesOf(json, "arm64")).toEqual(["layer of linux/arm64"]);
  expect([...new Set(surfacesOf(json, "provenance"))]).toEqual(["attestation of linux/arm64"]);
  expect(status).toBe(1);
});
