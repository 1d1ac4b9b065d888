import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Server } from "node:net";
import type { Duplex } from "node:stream";

const established = "HTTP/1.1 200 Connection established\r\n\r\n";
type Answer = (client: Duplex, request: IncomingMessage) => void;

/** A proxy that answers CONNECT as it is told to; with a certificate it is asked over TLS itself. */
export function proxyThat(answer: Answer, identity?: { readonly key: string; readonly certificate: string }): Server {
  const server =
    identity === undefined ? createServer() : createTlsServer({ key: identity.key, cert: identity.certificate });
  server.on("connect", (request, client) => {
    client.on("error", () => {});
    answer(client, request);
  });
  return server;
}

/** Every tunnel leads to this port of ours. */
export const leadingTo =
  (port: number): Answer =>
  (client) => {
    const server = connect(port, "127.0.0.1", () => {
      client.write(established);
      server.pipe(client);
      client.pipe(server);
    });
    server.on("error", () => client.destroy());
    client.on("close", () => server.destroy());
  };

/** The tunnel stands, and nobody is at its other end. */
export const leadingNowhere: Answer = (client) => {
  client.on("end", () => client.end());
  client.resume().write(established);
};

export const refusing =
  (status: number): Answer =>
  (client) =>
    void client.end(`HTTP/1.1 ${status} no\r\ncontent-length: 0\r\n\r\n`);
