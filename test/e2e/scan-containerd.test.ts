import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { runDocker } from "./docker.ts";
import { addImage, createLayout, type Descriptor, type } from "./image-layout.ts";
import { openPlace, type Place } from "./place.ts";
import { createPlants } from "./plant.ts";
import { createProject, unique } from "./project.ts";
import { placesOfName, type ScanReport, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import { openImageTools } from "./service/image-tool.ts";
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

test("of an image that was pulled the engine's own platform is all that there is", async () => {
  const { engine } = place;
  const tools = await openImageTools(engine.env);
  const layout = createLayout(join(createScratch("layout"), "image"));
  const imageFor = async (architecture: string): Promise<Descriptor> => {
    const folder = createScratch("layer");
    writeFileSync(join(folder, "left"), plants.value(`pulled for ${architecture}`));
    const tar = await tools.run("tar", ["-c", "-C", folder, "left"]);
    return addImage(layout, [tar], { platform: { os: "linux", architecture } });
  };
  const manifests = [await imageFor("amd64"), await imageFor("arm64")];
  const index = layout.add({ schemaVersion: 2, mediaType: type.index, manifests }, type.index);
  const named = { ...index, annotations: { "org.opencontainers.image.ref.name": "it" } };
  layout.writeIndex({ schemaVersion: 2, manifests: [named] });
  const pulled = `${registry.address}/team/pulled-${unique()}:1`;
  const to = [
    "--all",
    "--preserve-digests",
    "--dest-tls-verify=false",
    `oci:${layout.folder}:it`,
    `docker://${pulled}`,
  ];
  await tools.skopeo("copy", ...to);
  await engine.docker("pull", "--quiet", pulled);
  onTestFinished(async () => void (await engine.docker("image", "rm", pulled)));

  const words = ["--needles", plants.file()];
  const { json, status, output } = await scanImage(`docker-daemon:${pulled}`, words, engine);
  expect(json.skipped, output).toEqual([]);
  const [own = "", ...more] = json.subject.platforms;
  expect(more).toEqual([]);
  expect(surfacesOf(json, `pulled for ${own.split("/")[1]}`)).toEqual([`layer of ${own}`]);
  expect(status).toBe(1);
  const other = own === "linux/arm64" ? "linux/amd64" : "linux/arm64";
  const missed = await scanImage(`docker-daemon:${pulled}`, [...words, "--platform", other], engine);
  expect(missed.status, missed.output).toBe(2);
  expect(missed.json.skipped).toEqual([{ what: `the platform ${other}`, why: `the image has only ${own}` }]);
});

test("of them one platform is read with what is said of it alone", async () => {
  const words = ["--needles", plants.file(), "--platform", "linux/arm64"];
  const { json, status, output } = await scanImage(name, words, place.engine);
  expect(json.skipped, output).toEqual([]);
  expect(surfacesOf(json, "amd64")).toEqual([]);
  expect(surfacesOf(json, "arm64")).toEqual(["layer of linux/arm64"]);
  expect([...new Set(surfacesOf(json, "provenance"))]).toEqual(["attestation of linux/arm64"]);
  expect(status).toBe(1);
});
