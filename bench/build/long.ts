import { inTurn } from "../in-turn.ts";
import { bounded, type Row, ratio } from "../table.ts";
import { type Bench, handMount, handSecret } from "./bench.ts";

/** A build of half a minute, everything on, against buildx with mounts by hand. */
export async function measureLong({ docker, buildseal, plain, granted }: Bench): Promise<Row[]> {
  const work = "sleep 30; wc -c /run/secrets/tok";
  const [ours, theirs] = await inTurn(
    3,
    buildseal("-q", "--no-cache", "--network=none", granted(`FROM buildseal/busybox\nRUN ${work}\n`)),
    docker(
      ...["buildx", "build", "-q", "--no-cache", "--network=none", handSecret],
      plain(`FROM buildseal/busybox\nRUN ${handMount} ${work}\n`),
    ),
  );
  return [bounded("a build of 30 s with the gate, against buildx with mounts by hand", ours! / theirs!, 1.03, ratio)];
}
