import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { keepWindowSize } from "../../../../src/cli/run/window-size.ts";
import { until } from "../../system/scratch.ts";

test("the engine is told the size once the container runs, and again when it changes", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    // as an engine answers while the container is not running yet
    response.writeHead(asked.length < 3 ? 409 : 200).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const terminal = Object.assign(new EventEmitter(), { rows: 40, columns: 100 }) as unknown as NodeJS.WriteStream;
  let id: string | undefined;
  const window = keepWindowSize({ engine: { address, tls: false }, container: async () => id, terminal });
  onTestFinished(window.stop);
  id = "0123";
  await until(() => asked.length === 3);
  expect(new Set(asked)).toEqual(new Set(["POST /containers/0123/resize?h=40&w=100"]));
  await until(() => {
    terminal.rows = 20;
    terminal.emit("resize");
    return asked.at(-1) === "POST /containers/0123/resize?h=20&w=100";
  });
  window.stop();
  expect(terminal.listenerCount("resize")).toBe(0);
});
