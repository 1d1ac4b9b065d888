import { randomBytes } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { SealError } from "../../../src/error.ts";
import { createFolder } from "../../../src/system/folder.ts";
import { listening } from "./listening.ts";
import { scratch } from "./scratch.ts";

const spoolUrl = (url: string, environment: Record<string, string> = {}) => {
  const workFolder = async () => scratch();
  const unused = async () => {
    throw new Error("not asked for");
  };
  return createFolder({ environment, workFolder, run: unused, gitConfiguration: unused }).spoolUrl(url);
};

async function textOf(url: string, environment?: Record<string, string>): Promise<string> {
  return (await buffer((await spoolUrl(url, environment)).open())).toString();
}

async function refusalOf(url: string, environment?: Record<string, string>): Promise<string> {
  const error = await spoolUrl(url, environment).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "DOCKERFILE" });
  return (error as SealError).message;
}

/** A server, and what it was asked with. */
async function serving(answer: RequestListener) {
  const seen: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", authorization: request.headers.authorization });
    answer(request, response);
  });
  return { seen, at: `127.0.0.1:${(await listening(server)).port}` };
}

test("a file behind a URL is read by the proxy that is set", async () => {
  const { seen, at } = await serving((_, response) => response.end("FROM a\n"));
  expect(await textOf("http://files.example/Dockerfile?x=1", { HTTP_PROXY: `http://${at}` })).toBe("FROM a\n");
  expect(seen.map(({ url }) => url)).toEqual(["http://files.example/Dockerfile?x=1"]);
  expect(await refusalOf("http://files.invalid/D", { HTTP_PROXY: `http://${at}`, NO_PROXY: "*" })).toMatch(
    /^http:\/\/files\.invalid\/D cannot be read: files\.invalid could not be reached \([A-Z_]+\)$/,
  );
});

test("the login in a URL goes to its own host, and to none that this sends us on to", async () => {
  const password = `${randomBytes(6).toString("hex")}@:`;
  const other = await serving((_, response) => response.end("FROM b\n"));
  const own = await serving(({ url }, response) =>
    response.writeHead(302, { location: url === "/D" ? "/next" : `http://${other.at}/there` }).end(),
  );
  expect(await textOf(`http://ci:${encodeURIComponent(password)}@${own.at}/D`)).toBe("FROM b\n");
  const authorization = `Basic ${Buffer.from(`ci:${password}`).toString("base64")}`;
  expect(own.seen).toEqual([
    { url: "/D", authorization },
    { url: "/next", authorization },
  ]);
  expect(other.seen).toEqual([{ url: "/there", authorization: undefined }]);
});

test("what keeps it from being read is said without a login, and without what signs the URL", async () => {
  const { at } = await serving((_, response) => response.destroy());
  const secret = randomBytes(8).toString("hex");
  const { at: gone } = await serving((_, response) => response.writeHead(404).end());
  expect(await refusalOf(`http://u:${secret}@${gone}/D?sig=${secret}`)).toBe(
    `http://${gone}/D cannot be read: the server answers 404`,
  );
  expect(await refusalOf(`http://u:x@${secret}@${at}/D`)).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/D cannot be read: 127\.0\.0\.1:\d+ could not be reached \(ECONNRESET\)$/,
  );
  expect(await refusalOf(`http://u:${secret}/x@${at}/D`)).toBe(
    "The Dockerfile's URL cannot be read: it is not written as a URL is",
  );
  expect(await refusalOf(`http://u:%zz${secret}@${at}/D`)).toBe(
    `http://${at}/D cannot be read: \`%\` of its login is not written as %25`,
  );
});

test("a file that breaks off is told as such", async () => {
  const { at } = await serving((_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("FROM");
    setTimeout(() => response.destroy(), 20);
  });
  expect(await refusalOf(`http://${at}/D`)).toContain(`http://${at}/D cannot be read: ${at}`);
});

test("a file that its server keeps packed is unpacked", async () => {
  const { at } = await serving((_, response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("FROM c\n")),
  );
  expect(await textOf(`http://${at}/D`)).toBe("FROM c\n");
});
