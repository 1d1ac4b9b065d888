import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { watchValue } from "./value.ts";

export interface StsRecorder extends AsyncDisposable {
  /** For the front: it hands on to the real STS. */
  readonly url: string;
  /** How many sets of keys were given out. */
  count(): number;
  stop(): Promise<void>;
}

/**
 * Stands before an STS and remembers the keys that it mints: a step mints its own, and nobody else knows them.
 *
 * @param lifeSeconds what it says of their end, where that is to be sooner than any STS lets them
 */
export async function startStsRecorder(stsEndpoint: string, lifeSeconds?: number): Promise<StsRecorder> {
  let minted = 0;
  const server = createServer(async (request, response) => {
    const real = await fetch(stsEndpoint, { method: "POST", body: new URLSearchParams(await text(request)) });
    const body = shortened(await real.text(), lifeSeconds);
    for (const name of ["AccessKeyId", "SecretAccessKey", "SessionToken"]) {
      const value = new RegExp(`<${name}>([^<]+)`).exec(body)?.[1];
      if (value !== undefined) watchValue(value);
    }
    if (real.ok) minted++;
    response.writeHead(real.status, { "content-type": real.headers.get("content-type") ?? "text/xml" }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => minted,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const shortened = (answer: string, lifeSeconds: number | undefined): string =>
  lifeSeconds === undefined
    ? answer
    : answer.replace(/<Expiration>[^<]+/, `<Expiration>${new Date(Date.now() + lifeSeconds * 1000).toISOString()}`);
