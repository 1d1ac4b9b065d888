import { once } from "node:events";
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How long another test file may keep a port that there is one of. */
export const turnMs = 600_000;

/** Listens on the port of 127.0.0.1, as soon as nobody else does; files that run side by side want the same. */
export async function listenInTurn(server: Server, port: number): Promise<void> {
  for (const end = Date.now() + turnMs; ; await sleep(250)) {
    try {
      await once(server.listen(port, "127.0.0.1"), "listening");
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || Date.now() > end) throw error;
    }
  }
}
