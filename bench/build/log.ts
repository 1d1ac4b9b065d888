import { pushBase } from "../../test/e2e/place.ts";
import { startRemoteBuilder } from "../../test/e2e/service/builder.ts";
import { startBuildkitd } from "../../test/e2e/service/buildkitd.ts";
import { startRegistry } from "../../test/e2e/service/registry.ts";
import { once } from "../in-turn.ts";
import { bounded, inMegabytes, inSeconds, type Row } from "../table.ts";
import { type Bench, handMount, handSecret } from "./bench.ts";

const logBytes = 1_000_000_000;
const line = "a line of a compiler that has much to say, eighty characters long or so";

/** A log of 1 GB through the mask, on a builder whose log limits are off. */
export async function measureLog({ engine, docker, buildseal, plain, granted }: Bench): Promise<Row[]> {
  await using registry = await startRegistry();
  await using buildkitd = await startBuildkitd({
    registries: [registry.address],
    env: { BUILDKIT_STEP_LOG_MAX_SIZE: "-1", BUILDKIT_STEP_LOG_MAX_SPEED: "-1" },
  });
  await using builder = await startRemoteBuilder(engine, buildkitd);
  const base = await pushBase(engine, registry, "buildseal/busybox");
  const step = `yes '${line}' | head -c ${logBytes}`;
  const where = ["--builder", builder.name, "--no-cache", "--progress=plain"];
  const ours = await once(buildseal(...where, "--seal-scan=off", granted(`FROM ${base}\nRUN ${step}\n`)));
  const theirs = await once(
    docker("buildx", "build", ...where, handSecret, plain(`FROM ${base}\nRUN ${handMount} ${step}\n`)),
  );
  return [
    bounded("memory of a build with a log of 1 GB", ours.megabytes, 150, inMegabytes),
    { what: "  and its time", measured: inSeconds(ours.seconds) },
    { what: "  buildx's own --progress=plain", measured: inSeconds(theirs.seconds) },
  ];
}
