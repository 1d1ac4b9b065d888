import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createCertificate } from "./certificate.ts";
import { listenInTurn, turnMs } from "./listen-in-turn.ts";
import { type Program, startProgram } from "./program.ts";
import { createStateFolder } from "./state-folder.ts";

/** pass: on to the real STS. 503: a service that is down. refuse: the connection is closed without an answer. */
export type StsAnswer = "pass" | "503" | "refuse";

export interface StsRequest {
  readonly method: string;
  readonly parameters: URLSearchParams;
  readonly answer: StsAnswer;
  /** The status that was answered; undefined where none was. */
  readonly status: number | undefined;
}

export interface StsFrontOptions {
  /** The STS behind it, one that takes POST (MinIO's endpoint). */
  readonly stsEndpoint: string;
  readonly region?: string;
  /** 443 unless given: sccache asks no other. 0 for any free one. */
  readonly port?: number;
  /** Chooses for each request (counted from 1); else what `answer` says. */
  readonly choose?: (count: number, parameters: URLSearchParams) => StsAnswer;
}

export interface StsFront extends AsyncDisposable {
  /** `sts.<region>.amazonaws.com`: the name on its certificate, to be given to a build by `--add-host NAME:127.0.0.1`. */
  readonly name: string;
  readonly port: number;
  /** The authority's PEM file, for SSL_CERT_FILE. */
  readonly caFile: string;
  readonly requests: readonly StsRequest[];
  /** How it answers from now on. */
  answer: StsAnswer;
  stop(): Promise<void>;
}

/**
 * TLS for the regional STS's name, in front of an STS that takes POST: sccache up to 0.17 sends its
 * AssumeRoleWithWebIdentity as a GET to https://sts.<region>.amazonaws.com and has no option for another address.
 */
export async function startStsFront(options: StsFrontOptions): Promise<StsFront> {
  const name = `sts.${options.region ?? "us-west-2"}.amazonaws.com`;
  const state = createStateFolder("sts");
  const requests: StsRequest[] = [];

  const onRequest = async (
    request: IncomingMessage,
  ): Promise<{ status: number; type: string; body: string } | undefined> => {
    const url = new URL(request.url ?? "/", `https://${name}`);
    const body = await text(request);
    const parameters = new URLSearchParams(request.method === "GET" ? url.search : body);
    const answer = options.choose?.(requests.length + 1, parameters) ?? front.answer;
    const entry = { method: request.method ?? "", parameters, answer, status: undefined as number | undefined };
    requests.push(entry);
    if (answer === "refuse") return undefined;
    if (answer === "503") {
      entry.status = 503;
      return { status: 503, type: "text/plain", body: "Service Unavailable" };
    }
    const real = await fetch(options.stsEndpoint, { method: "POST", body: parameters });
    entry.status = real.status;
    return { status: real.status, type: real.headers.get("content-type") ?? "text/xml", body: await real.text() };
  };

  const stop = async (): Promise<void> => {
    await forwarder?.stop();
    state.remove();
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  const certificate = await createCertificate(state.path, [name]);
  const server = createServer({ key: certificate.key, cert: certificate.certificate }, (request, response) => {
    onRequest(request).then(
      (reply) => {
        if (reply === undefined) request.socket.destroy();
        else response.writeHead(reply.status, { "content-type": reply.type }).end(reply.body);
      },
      () => response.writeHead(502).end(),
    );
  });
  const port = options.port ?? 443;
  let forwarder: Program | undefined;
  try {
    forwarder = await listen(server, port, join(state.path, "forward.log"));
  } catch (error) {
    state.remove();
    throw new Error(`cannot listen on 127.0.0.1:${port} (it takes root or sudo, and nobody else there)`, {
      cause: error,
    });
  }
  const front: StsFront = {
    name,
    port: forwarder === undefined ? (server.address() as AddressInfo).port : port,
    caFile: certificate.caFile,
    requests,
    answer: "pass",
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return front;
}

/** Listens there; where only root may, on any free port to which a program of root's hands on what comes. */
async function listen(server: Server, port: number, logFile: string): Promise<Program | undefined> {
  try {
    await listenInTurn(server, port);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
  }
  await listenInTurn(server, 0);
  const { port: to } = server.address() as AddressInfo;
  return startProgram(process.execPath, {
    args: [fileURLToPath(new URL("forward-port.ts", import.meta.url)), String(port), String(to)],
    logFile,
    asRoot: true,
    readyWithinMs: turnMs,
    ready: (program) => program.log().includes("listening"),
  });
}
