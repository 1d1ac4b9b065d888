import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place, type PlaceName } from "./place.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue } from "./value.ts";

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const names: readonly PlaceName[] = ["the containerd image store", "the remote driver"];
describe.each(names)("an image's provenance with %s", (name) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(name, registry);
  });
  afterAll(() => place.stop());

  /** The argument is of a stage that only hands a file on: no layer and no history of the image has it. */
  const steps = (base: string): string[] => [
    "ARG GIVEN",
    "RUN granted && echo built >/product",
    `FROM ${base}`,
    "COPY --from=0 /product /product",
  ];

  test("is searched too: with mode=max it holds every build argument", async () => {
    const { build, word } = await createGrantedBuild(place, steps(place.base));
    const value = createValue();
    const repository = `told/${word}`;
    const outcome = await build(
      [
        ...["--provenance=mode=max", "--build-arg", `GIVEN=${Buffer.from(value).toString("hex")}`],
        ...["-t", `${registry.address}/${repository}:1`, "--push"],
      ],
      { variables: { JOB_TOKEN: value } },
    );
    expect(outcome.status, outcome.output).toBe(3);
    expect(outcome.stderr).toContain("attestation");
    expect(await registry.tags(repository)).toEqual([]);
  });

  test("goes out with a clean image, and says which secrets were mounted", async () => {
    const { build, word } = await createGrantedBuild(place, steps(place.base));
    const repository = `proud/${word}`;
    const outcome = await build(["--provenance=mode=max", "-t", `${registry.address}/${repository}:1`, "--push"]);
    expect(outcome.status, outcome.output).toBe(0);
    const index = await registry.manifest(repository, "1");
    const { manifests } = JSON.parse(Buffer.from(index!.body).toString()) as {
      manifests: { digest: string; annotations?: Record<string, string> }[];
    };
    const attestation = manifests.find(({ annotations }) => annotations?.["vnd.docker.reference.type"] !== undefined);
    const { layers } = JSON.parse(
      Buffer.from((await registry.manifest(repository, attestation!.digest))!.body).toString(),
    ) as { layers: { digest: string }[] };
    const statement = Buffer.from((await registry.blob(repository, layers[0]!.digest))!).toString();
    expect(JSON.parse(statement).predicateType).toContain("slsa.dev/provenance");
    expect(statement).toContain('"token"');
  });
});
