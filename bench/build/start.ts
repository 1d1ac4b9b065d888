import { inTurn } from "../in-turn.ts";
import { program, withNode } from "../program.ts";
import { bounded, type Row, ratio } from "../table.ts";

/** How long the program takes to start. */
export async function measureStart(): Promise<Row[]> {
  const [ours, node] = await inTurn(
    21,
    { command: [program, "--version"], environment: withNode() },
    { command: [process.execPath, "-e", "0"] },
  );
  return [bounded("buildseal --version, against node -e 0", ours! / node!, 2, ratio)];
}
