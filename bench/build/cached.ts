import { inTurn } from "../in-turn.ts";
import { bounded, inMilliseconds, type Row } from "../table.ts";
import { type Bench, handMount, handSecret } from "./bench.ts";

/** What a build costs that has nothing to do: all of it is ours. */
export async function measureCached({ docker, buildseal, plain, granted }: Bench): Promise<Row[]> {
  const nothing = plain("FROM buildseal/busybox\nRUN echo hi >/hi\n");
  const [ours, theirs] = await inTurn(
    15,
    buildseal("-q", "--network=none", "--seal-scan=off", nothing),
    docker("buildx", "build", "-q", "--network=none", nothing),
  );
  const sealed = granted("FROM buildseal/busybox\nRUN wc -c /run/secrets/tok\n");
  const byHand = plain(`FROM buildseal/busybox\nRUN ${handMount} wc -c /run/secrets/tok\n`);
  const [withGrants, withHand] = await inTurn(
    15,
    buildseal("-q", "--network=none", "--seal-scan=off", sealed),
    docker("buildx", "build", "-q", "--network=none", handSecret, byHand),
  );
  return [
    bounded("a cached build without grants, scan off, beside buildx", ours! - theirs!, 0.15, inMilliseconds),
    bounded("a cached build with a grant, scan off, beside buildx", withGrants! - withHand!, 0.2, inMilliseconds),
  ];
}
