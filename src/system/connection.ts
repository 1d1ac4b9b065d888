import { request } from "node:http";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export type Target = { readonly host: string; readonly port: number; readonly isSecure: boolean };

/** What is connected to in the target's place, and what is sent there alone: its login. */
export type ProxyServer = Target & { readonly headers: Readonly<Record<string, string>> };

/** It takes the connection, and does not let us through. */
export class RefusedTunnel extends Error {
  constructor(status: number) {
    super(`the proxy answers with status ${status}`);
  }
}

/**
 * A connection that a request can be sent over: to the proxy, where one is to be gone through, and under TLS to the target
 * itself where its address says so. When `end` comes before that, it rejects at once and leaves nothing open. Node's own agents
 * go through proxies too, but what waits for them cannot be ended.
 */
export async function openConnection(
  target: Target,
  proxy: ProxyServer | undefined,
  end: AbortSignal,
): Promise<Socket> {
  if (proxy === undefined) return connectTo(target, end);
  const socket = await connectTo(proxy, end);
  if (!target.isSecure) return socket;
  await askForTunnel(socket, target, proxy, end);
  return secure(socket, target, end);
}

async function connectTo(target: Target, end: AbortSignal): Promise<Socket> {
  end.throwIfAborted();
  const { host, port, isSecure } = target;
  const socket = connect({ host, port, noDelay: true });
  await opening(socket, end, (done) => socket.once("connect", done));
  return isSecure ? secure(socket, target, end) : socket;
}

async function secure(socket: Socket, { host }: Target, end: AbortSignal): Promise<Socket> {
  // a name alone is told to the server; what its certificate must be for is `host`, be it a name or an address
  const servername = isIP(host) === 0 ? host : "";
  const secured = connectTls({ socket, host, servername, rejectUnauthorized: true });
  await opening(secured, end, (done) => secured.once("secureConnect", done));
  return secured;
}

/** RFC 9110 §9.3.6 */
async function askForTunnel(socket: Socket, target: Target, proxy: ProxyServer, end: AbortSignal): Promise<void> {
  const host = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
  const authority = `${host}:${target.port}`;
  const headers = { host: authority, connection: "keep-alive", ...proxy.headers };
  await opening(socket, end, (done, fail) => {
    const asked = request({ method: "CONNECT", path: authority, headers, createConnection: () => socket });
    asked.on("error", fail);
    asked.on("connect", ({ statusCode = 0 }, _, head) => {
      if (statusCode < 200 || statusCode > 299) return fail(new RefusedTunnel(statusCode));
      if (head.length > 0) socket.unshift(head);
      done();
    });
    asked.end();
  });
}

/** One step of a socket on its way: what keeps it from being done destroys it. */
async function opening(
  socket: Socket,
  end: AbortSignal,
  step: (done: () => void, fail: (error: Error) => void) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(end.reason);
  const closed = (): void => reject(new ClosedError());
  end.addEventListener("abort", stop, { once: true });
  // it stays: an error after the last step and before a request has the socket would end the process
  socket.on("error", reject);
  socket.once("close", closed);
  try {
    step(resolve, reject);
    await promise;
    end.throwIfAborted();
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    end.removeEventListener("abort", stop);
    socket.off("close", closed);
  }
}

/** What a socket on which TLS is coming about closes with where the one below it went. */
class ClosedError extends Error {
  readonly code = "ECONNRESET";
}
