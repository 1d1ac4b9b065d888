import { pushBase } from "../../test/e2e/place.ts";
import { startRemoteBuilder } from "../../test/e2e/service/builder.ts";
import { startBuildkitd } from "../../test/e2e/service/buildkitd.ts";
import { startRegistry } from "../../test/e2e/service/registry.ts";
import { inTurn, unique } from "../in-turn.ts";
import { bounded, inSeconds, type Row, ratio } from "../table.ts";
import { type Bench, handMount, handSecret } from "./bench.ts";

const allowanceSeconds = 0.5;

/** What the gate adds to a cached build of a big image (the tests' toolchain, 520 MB), against reading the image at all. */
export async function measureGate(bench: Bench): Promise<Row[]> {
  await bench.engine.loadImage("toolchain");
  return [...(await onTheEngine(bench)), ...(await onABuilder(bench))];
}

async function onTheEngine({ engine, docker, buildseal, granted }: Bench): Promise<Row[]> {
  const big = granted("FROM buildseal/toolchain\nRUN wc -c /run/secrets/tok\n");
  const tag = ["-t", "buildseal-bench"];
  const [gate, off, save] = await inTurn(
    5,
    buildseal("-q", "--network=none", ...tag, big),
    buildseal("-q", "--network=none", "--seal-scan=off", ...tag, big),
    { ...docker("image", "save", "buildseal-bench"), reads: true },
  );
  await engine.docker("image", "rm", "buildseal-bench");
  return [
    { what: "docker image save to nowhere, 520 MB", measured: inSeconds(save!) },
    bounded("the gate on it, less 0.5 s, against that", (gate! - off! - allowanceSeconds) / save!, 1.15, ratio),
  ];
}

async function onABuilder({ engine, docker, buildseal, plain, granted }: Bench): Promise<Row[]> {
  await using registry = await startRegistry();
  await using buildkitd = await startBuildkitd({ registries: [registry.address] });
  await using builder = await startRemoteBuilder(engine, buildkitd);
  const base = await pushBase(engine, registry, "buildseal/toolchain", "toolchain");
  const big = granted(`FROM ${base}\nRUN wc -c /run/secrets/tok\n`);
  const byHand = plain(`FROM ${base}\nRUN ${handMount} wc -c /run/secrets/tok\n`);
  const where = ["--builder", builder.name];
  const push = ["-t", `${registry.address}/bench:1`, "--push"];
  const built = [...where, "-q", handSecret];
  const searching = buildseal(...where, "-q", big);
  // A value that no record knows: everything is unpacked and searched.
  const first = {
    ...searching,
    environment: { ...searching.environment, BENCH_TOKEN: `a value of one run: ${unique}` },
  };
  const [gate, anew, off, exported, uncovered, pushed, pushedByBuildx] = await inTurn(
    5,
    searching,
    first,
    buildseal(...where, "-q", "--seal-scan=off", big),
    { ...docker("buildx", "build", ...built, "-o", "type=oci,dest=-", byHand), reads: true },
    docker("buildx", "build", ...built, byHand),
    buildseal(...where, "-q", ...push, big),
    docker("buildx", "build", ...built, ...push, byHand),
  );
  const alone = exported! - uncovered!;
  return [
    ...(await onNewLayers({ buildseal, docker, granted, plain }, base, [...where, "-q"])),
    { what: "an OCI export to nowhere of layers that lie packed in the builder", measured: inSeconds(alone) },
    bounded("the gate on it, less 0.5 s, against that", (gate! - off! - allowanceSeconds) / alone, 1.15, ratio),
    bounded(
      "the same for a value that is new, so that all is unpacked",
      (anew! - off! - allowanceSeconds) / alone,
      1.15,
      ratio,
    ),
    { what: "publishing it, apart: what --push adds to the gate", measured: inSeconds(pushed! - gate!) },
    { what: "  what --push adds to buildx's own build", measured: inSeconds(pushedByBuildx! - uncovered!) },
  ];
}

/** Layers that the build itself makes: the export has to pack them, and they are unpacked and searched meanwhile. */
async function onNewLayers(
  { buildseal, docker, granted, plain }: Pick<Bench, "buildseal" | "docker" | "granted" | "plain">,
  base: string,
  where: readonly string[],
): Promise<Row[]> {
  const steps = (mount: string) => `FROM ${base}\nARG ROUND\nRUN ${mount} echo $ROUND >/round; cp -r /usr /copy\n`;
  const round = `--build-arg=ROUND=${unique}`;
  const byHand = plain(steps(handMount));
  const ours = granted(steps(""));
  const [gate, off, built, exported] = await inTurn(
    5,
    buildseal(...where, round, ours),
    buildseal(...where, round, "--seal-scan=off", ours),
    docker("buildx", "build", ...where, handSecret, round, byHand),
    { ...docker("buildx", "build", ...where, handSecret, round, "-o", "type=oci,dest=-", byHand), reads: true },
  );
  const alone = exported! - built!;
  return [
    { what: "an OCI export to nowhere, 500 MB of it made in this build", measured: inSeconds(alone) },
    bounded("the gate on it, less 0.5 s, against that", (gate! - off! - allowanceSeconds) / alone, 1.15, ratio),
  ];
}
