// forward-port.ts FROM TO: hands connections to 127.0.0.1:FROM on to 127.0.0.1:TO, for a port that only root may open.
import { connect, createServer } from "node:net";
import { listenInTurn } from "./listen-in-turn.ts";

const [from, to] = process.argv.slice(2).map(Number);
const server = createServer((near) => {
  const far = connect(to!, "127.0.0.1");
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.pipe(other);
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
});
await listenInTurn(server, from!);
process.stdout.write("listening\n");
