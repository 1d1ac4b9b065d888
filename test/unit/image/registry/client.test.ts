import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { openRepository, type RegistryHost } from "../../../../src/image/registry/client.ts";
import type { Login } from "../../../../src/image/registry/credential.ts";
import { createHttp } from "../../../../src/system/http.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, calls: number) => void;

/** A server on loopback; gives its name and what it was asked. */
async function serve(handle: Handler): Promise<{ readonly host: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    handle(request, response, asked.length);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { host: `127.0.0.1:${address.port}`, asked };
}

function open(host: string, login?: Login, waits: number[] = []) {
  const around: RegistryHost = {
    http: createHttp({}, { idleMs: 300 }),
    login: async () => login ?? { why: "Docker has no login for it" },
    wait: async (ms) => void waits.push(ms),
  };
  return openRepository(host, "team/app", around);
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const content = randomBytes(300_000);
const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;

describe("a repository of a registry", () => {
  test("gives a manifest to anybody where the registry asks for nothing", async () => {
    const { host, asked } = await serve((_, response) => response.end("{}"));
    expect((await open(host).manifest("1.0")).toString()).toBe("{}");
    expect(asked).toEqual(["GET /v2/team/app/manifests/1.0"]);
  });

  test("is asked with a login where it wants one, and with none where there is none", async () => {
    const password = randomBytes(12).toString("hex");
    const { host } = await serve((request, response) => {
      const wanted = `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
      const isRight = request.headers.authorization === wanted;
      response.writeHead(isRight ? 200 : 401, { "www-authenticate": 'Basic realm="here"' }).end("{}");
    });
    expect((await open(host, { user: "me", password }).manifest("1.0")).toString()).toBe("{}");
    const refused = `it may not be read: ${host} answered 401; `;
    await expect(open(host).manifest("1.0")).rejects.toThrow(`${refused}Docker has no login for it`);
    const wrong = { user: "me", password: `${password}0` };
    await expect(open(host, wrong).manifest("1.0")).rejects.toThrow(
      `${refused}the login that Docker has for it was not`,
    );
  });

  test("is asked with a token of its token server, once for many asks, and again when it has run out", async () => {
    const tokens = [randomBytes(12).toString("hex"), randomBytes(12).toString("hex")];
    let given = 0;
    const { host, asked } = await serve((request, response, calls) => {
      if (request.url!.startsWith("/token")) {
        response.end(JSON.stringify({ token: tokens[given++] }));
        return;
      }
      const isRight = request.headers.authorization === `Bearer ${tokens[calls > 4 ? 1 : 0]}`;
      const realm = `Bearer realm="http://${request.headers.host}/token",service="s",scope="repository:team/app:pull"`;
      response.writeHead(isRight ? 200 : 401, { "www-authenticate": realm }).end("{}");
    });
    const repository = open(host);
    await repository.manifest("1.0");
    await repository.manifest("1.0");
    await repository.manifest("1.0");
    expect(asked.filter((line) => line.startsWith("GET /token"))).toEqual(
      Array(2).fill("GET /token?scope=repository%3Ateam%2Fapp%3Apull&service=s"),
    );
  });

  test("asks its token server for each of several scopes by itself, in place of those of its address", async () => {
    const { host, asked } = await serve((request, response) => {
      if (request.url!.startsWith("/token")) response.end('{"token":"made"}');
      else {
        const scopes = "repository:team/app:pull repository:team/base:pull";
        const realm = `Bearer realm="http://${request.headers.host}/token?a=b&scope=none",scope="${scopes}"`;
        response.writeHead(request.headers.authorization ? 200 : 401, { "www-authenticate": realm }).end("{}");
      }
    });
    await open(host).manifest("1.0");
    expect(asked[1]).toBe("GET /token?a=b&scope=repository%3Ateam%2Fapp%3Apull&scope=repository%3Ateam%2Fbase%3Apull");
  });

  test("gives a refresh token to the token server by POST alone", async () => {
    const refresh = randomBytes(12).toString("hex");
    const bodies: string[] = [];
    const { host, asked } = await serve((request, response) => {
      if (request.url === "/token") {
        request.on("data", (part: Buffer) => bodies.push(part.toString()));
        request.on("end", () => response.end(JSON.stringify({ access_token: "made" })));
        return;
      }
      const isRight = request.headers.authorization === "Bearer made";
      const realm = `Bearer realm="http://${request.headers.host}/token"`;
      response.writeHead(isRight ? 200 : 401, { "www-authenticate": realm }).end("{}");
    });
    await open(host, { identityToken: refresh }).manifest("1.0");
    expect(bodies.join("")).toContain(`refresh_token=${refresh}`);
    expect(asked.join(" ")).not.toContain(refresh);
  });

  test("gives no token to a token server without TLS elsewhere", async () => {
    const { host } = await serve((_, response) => {
      response.writeHead(401, { "www-authenticate": 'Bearer realm="http://tokens.example.com/token"' }).end();
    });
    await expect(open(host).manifest("1.0")).rejects.toThrow("tokens.example.com is not reached by https");
  });

  test("is asked again after 429 and 5xx, as late as it says, and not for ever", async () => {
    const waits: number[] = [];
    const { host } = await serve((_, response, calls) => {
      if (calls === 1) response.writeHead(429, { "retry-after": "7" }).end();
      else if (calls === 2) response.writeHead(503).end();
      else response.end("{}");
    });
    await open(host, undefined, waits).manifest("1.0");
    expect(waits).toEqual([7000, 2000]);
    const broken = await serve((_, response) => response.writeHead(500).end());
    await expect(open(broken.host).manifest("1.0")).rejects.toThrow(`${broken.host} answered 500`);
    expect(broken.asked).toHaveLength(5);
  });

  test("is waited for until a date by its own clock, too", async () => {
    const waits: number[] = [];
    const date = new Date("2031-01-01T00:00:00Z");
    const later = new Date(date.getTime() + 9000).toUTCString();
    const { host } = await serve((_, response, calls) => {
      if (calls === 1) response.writeHead(503, { date: date.toUTCString(), "retry-after": later }).end();
      else response.end("{}");
    });
    await open(host, undefined, waits).manifest("1.0");
    expect(waits).toEqual([9000]);
  });

  test("that wants to be asked again in an hour is not asked again, and that is said", async () => {
    const waits: number[] = [];
    const { host, asked } = await serve((_, response) => response.writeHead(429, { "retry-after": "3600" }).end());
    const words = `${host} answered 429, and wants to be asked again in 3600 s`;
    await expect(open(host, undefined, waits).manifest("1.0")).rejects.toThrow(words);
    expect([waits, asked.length]).toEqual([[], 1]);
  });

  test("that has gone is waited for once, and then asked for nothing more", async () => {
    const waits: number[] = [];
    const { host, asked } = await serve(({ url = "" }, response) => {
      if (url.includes("/manifests/")) response.end("{}");
      else response.socket?.destroy();
    });
    const repository = open(host, undefined, waits);
    await repository.manifest("1.0");
    const failures = [];
    for (let blob = 0; blob < 10; blob++) {
      failures.push(await bytesOf(repository.blob(digest, content.length)).catch((error: Error) => error.message));
    }
    expect(asked).toHaveLength(1 + 5 + 1 + 1);
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    const reset = `${host} could not be reached (ECONNRESET)`;
    expect(failures).toEqual([
      ...Array(3).fill(reset),
      ...Array(7).fill(`it was not asked for any more: ${reset}, time after time`),
    ]);
  });

  test("that fails for some blobs and not for others is asked for all", async () => {
    const { host, asked } = await serve(({ url = "" }, response) => {
      if (url.endsWith("0")) response.socket?.destroy();
      else response.end(content);
    });
    const repository = open(host);
    await bytesOf(repository.blob(digest.replace(/.$/, "1"), content.length));
    for (let pair = 0; pair < 4; pair++) {
      await expect(bytesOf(repository.blob(digest.replace(/.$/, "0"), content.length))).rejects.toThrow(host);
      await bytesOf(repository.blob(digest.replace(/.$/, "1"), content.length));
    }
    expect(asked).toHaveLength(1 + 4 * (5 + 1));
  });

  test("that sends a byte now and then is as good as silent", async () => {
    const { host, asked } = await serve((_, response) => {
      response.writeHead(200, { "content-length": content.length });
      const drip = setInterval(() => response.write("x"), 10);
      response.once("close", () => clearInterval(drip));
    });
    await expect(bytesOf(open(host).blob(digest, content.length))).rejects.toThrow(
      new RegExp(`^${host} sent only \\d+ bytes in 0\\.3 s$`),
    );
    expect(asked).toHaveLength(2);
  });

  test("says that an image is not there", async () => {
    const { host, asked } = await serve((_, response) => response.writeHead(404).end());
    await expect(open(host).manifest("1.0")).rejects.toThrow("it is not there");
    expect(asked).toHaveLength(1);
  });

  /** Each request is answered, but for the first ones of the path. */
  const breaking =
    (path: string, times: number, how: (response: ServerResponse) => void): Handler =>
    ({ url = "", headers }, response) => {
      if (url.startsWith(path) && times-- > 0) how(response);
      else if (url.startsWith("/token")) response.end('{"token":"made"}');
      else {
        const realm = `Bearer realm="http://${headers.host}/token"`;
        response.writeHead(headers.authorization ? 200 : 401, { "www-authenticate": realm }).end("{}");
      }
    };
  const reset = (response: ServerResponse): void => void response.socket?.destroy();
  const half = (response: ServerResponse): void => {
    response.writeHead(200, { "content-length": 2 }).write("{", () => response.destroy());
  };

  test.each([
    ["is reset", reset, "/v2/team"],
    ["breaks off", half, "/v2/team"],
    ["to its token server is reset", reset, "/token"],
  ])("is asked for a manifest again whose connection %s, and not for ever", async (_, how, path) => {
    const waits: number[] = [];
    const { host } = await serve(breaking(path, 4, how));
    expect((await open(host, undefined, waits).manifest("1.0")).toString()).toBe("{}");
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    const lost = await serve(breaking(path, 5, how));
    await expect(open(lost.host).manifest("1.0")).rejects.toThrow(`${lost.host} could not be reached (ECONNRESET)`);
  });

  test("is asked again where its token server is busy", async () => {
    const waits: number[] = [];
    const busy = (response: ServerResponse): void => void response.writeHead(429, { "retry-after": "3" }).end();
    const { host } = await serve(breaking("/token", 1, busy));
    expect((await open(host, undefined, waits).manifest("1.0")).toString()).toBe("{}");
    expect(waits).toEqual([3000]);
  });

  test("is waited for once it was reached, and not before: its name may be wrong", async () => {
    let isSilent = true;
    const { host, asked } = await serve((_, response) => {
      if (!isSilent) response.end("{}");
    });
    const repository = open(host);
    await expect(repository.manifest("1.0")).rejects.toThrow("did not answer within 0.3 s");
    expect(asked).toHaveLength(1);
    isSilent = false;
    await repository.manifest("1.0");
    isSilent = true;
    await expect(repository.manifest("1.0")).rejects.toThrow("did not answer within 0.3 s");
    expect(asked).toHaveLength(2 + 2);
  });

  test("takes a blob up where its connection broke off", async () => {
    const ranges: (string | undefined)[] = [];
    const { host } = await serve((request, response, calls) => {
      ranges.push(request.headers.range);
      const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      const headers = from === 0 ? {} : { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
      response.writeHead(from === 0 ? 200 : 206, { ...headers, "content-length": content.length - from });
      if (calls === 3) response.end(content.subarray(from));
      else response.write(content.subarray(from, from + 100_000), () => setTimeout(() => response.destroy(), 20));
    });
    expect(await bytesOf(open(host).blob(digest, content.length))).toEqual(content);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[2]).toMatch(/^bytes=\d+-$/);
  });

  test("takes a blob up from a registry that knows no ranges", async () => {
    const { host } = await serve((_, response, calls) => {
      response.writeHead(200, { "content-length": content.length });
      if (calls === 2) response.end(content);
      else response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    });
    expect(await bytesOf(open(host).blob(digest, content.length))).toEqual(content);
  });

  test("does not wait for ever for one that goes silent in a blob", async () => {
    const { host, asked } = await serve((request, response) => {
      if (request.headers.range === undefined) response.writeHead(200).write(content.subarray(0, 1000));
    });
    await expect(bytesOf(open(host).blob(digest, content.length))).rejects.toThrow(host);
    expect(asked).toHaveLength(2);
  });

  test("stops reading what is longer than was said", async () => {
    const { host } = await serve((_, response) => {
      const pour = (): void => {
        while (response.write(Buffer.alloc(65_536)));
        response.once("drain", pour);
      };
      pour();
    });
    const read = await bytesOf(open(host).blob(digest, 100_000));
    expect(read.length).toBeLessThan(2_000_000);
  });

  test("takes a redirect to another host, which gets no credentials", async () => {
    const password = randomBytes(12).toString("hex");
    const seen: (string | undefined)[] = [];
    const store = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(content);
    });
    const { host } = await serve((request, response) => {
      const isRight = request.headers.authorization !== undefined;
      const headers = isRight ? { location: `http://${store.host}/blob` } : { "www-authenticate": "Basic" };
      response.writeHead(isRight ? 307 : 401, headers).end();
    });
    const read = await bytesOf(open(host, { user: "me", password }).blob(digest, content.length));
    expect(read.equals(content)).toBe(true);
    expect(seen).toEqual([undefined]);
  });

  test("gives no refresh token to whom its token server sends it on", async () => {
    const other = await serve((_, response) => response.end("{}"));
    const { host } = await serve((request, response) => {
      if (request.url === "/token") response.writeHead(307, { location: `http://${other.host}/` }).end();
      else response.writeHead(401, { "www-authenticate": `Bearer realm="http://${request.headers.host}/token"` }).end();
    });
    await expect(open(host, { identityToken: randomBytes(9).toString("hex") }).manifest("1.0")).rejects.toThrow(host);
    expect(other.asked).toEqual([]);
  });

  const logins = [
    { user: "me", password: randomBytes(12).toString("hex") },
    { identityToken: randomBytes(12).toString("hex") },
  ];

  /** A server elsewhere that asks for a login, by a token server of its own; gives all that came to it. */
  async function thief(answer = (place: string) => [`Bearer realm="http://${place}/token"`, 'Basic realm="x"']) {
    const got: string[] = [];
    const { host, asked } = await serve((request, response) => {
      got.push(JSON.stringify(request.headers));
      request.on("data", (part: Buffer) => got.push(part.toString()));
      const status = request.url!.startsWith("/token") ? 200 : 401;
      response.writeHead(status, { "www-authenticate": answer(host).join(", ") }).end('{"token":"made"}');
    });
    return { host, asked, got };
  }

  /** A secret as it is, and as a password is sent. */
  const formsOf = (login: Login): readonly string[] => {
    const secret = "user" in login ? login.password : login.identityToken;
    return [secret, Buffer.from(`me:${secret}`).toString("base64")];
  };

  describe.each(logins)("with a login", (login) => {
    test.each([
      ["another host", (host: string) => `http://localhost:${host.split(":")[1]}`],
      ["another port of its own host", (host: string) => `http://${host}`],
    ])("gives nothing to %s that it is sent on to and that asks for a login", async (_, placeOf) => {
      const other = await thief();
      const { host, asked } = await serve((request, response) => {
        if (request.url!.startsWith("/token")) response.end('{"token":"own"}');
        else if (request.headers.authorization === "Bearer own") {
          response.writeHead(307, { location: `${placeOf(other.host)}/blob` }).end();
        } else {
          const realm = `Bearer realm="http://${request.headers.host}/token"`;
          response.writeHead(401, { "www-authenticate": realm }).end();
        }
      });
      const read = bytesOf(open(host, login).blob(digest, content.length));
      await expect(read).rejects.toThrow(new RegExp(`${other.host.split(":")[1]} answered 401`));
      expect(other.asked).toEqual(["GET /blob"]);
      for (const form of [...formsOf(login), "own"]) expect(other.got.join()).not.toContain(form);
      expect(asked).toHaveLength(3);
    });

    test("gives nothing to another host that answers for the registry before it was asked for a login", async () => {
      const other = await thief(() => ["Basic"]);
      const { host } = await serve((_, response) => {
        response.writeHead(307, { location: `http://${other.host}/v2/` }).end();
      });
      await expect(open(host, login).manifest("1.0")).rejects.toThrow(`${other.host} answered 401`);
      expect(other.asked).toEqual(["GET /v2/"]);
    });

    test("gives nothing to whom its token server sends it on", async () => {
      const other = await thief();
      const { host } = await serve((request, response) => {
        const isToken = request.url!.startsWith("/token");
        const realm = { "www-authenticate": `Bearer realm="http://${request.headers.host}/token"` };
        const place = { location: `http://${other.host}/?${request.url}` };
        response.writeHead(isToken ? 307 : 401, isToken ? place : realm).end();
      });
      await expect(open(host, login).manifest("1.0")).rejects.toThrow();
      for (const form of formsOf(login)) expect(other.got.join()).not.toContain(form);
    });
  });

  test("takes a token of a token server on another host, which alone gets the password", async () => {
    const password = randomBytes(12).toString("hex");
    const tokens = await serve((request, response) => {
      const login = Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64").toString();
      response.end(JSON.stringify({ token: login === `me:${password}` ? "made" : "" }));
    });
    const seen: (string | undefined)[] = [];
    const { host } = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const isRight = request.headers.authorization === "Bearer made";
      const realm = { "www-authenticate": `Bearer realm="http://${tokens.host}/"` };
      response.writeHead(isRight ? 200 : 401, realm).end("{}");
    });
    await open(host, { user: "me", password }).manifest("1.0");
    expect(seen).toEqual([undefined, "Bearer made"]);
  });

  test("takes a blob up whose Content-Length was wrong", async () => {
    const { host, asked } = await serve((request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      if (from > 0) {
        response.writeHead(206, { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` });
        response.end(content.subarray(from));
        return;
      }
      response.writeHead(200, { "content-length": content.length + 1000 });
      response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    });
    expect((await bytesOf(open(host).blob(digest, content.length))).equals(content)).toBe(true);
    expect(asked).toHaveLength(2);
    const short = await serve((_, response) => {
      response.writeHead(200, { "content-length": 10 }).end(content.subarray(0, 10));
    });
    await expect(bytesOf(open(short.host).blob(digest, content.length))).rejects.toThrow(
      /broke off after \d+ of 300000/,
    );
    expect(short.asked.length).toBeLessThan(10);
  });

  test("is asked no more for a blob when it answers with another range", async () => {
    const { host, asked } = await serve((request, response) => {
      if (request.headers.range !== undefined) {
        response.writeHead(206, { "content-range": "bytes 5-9/300000" }).end("other");
        return;
      }
      response.writeHead(200).write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    });
    await expect(bytesOf(open(host).blob(digest, content.length))).rejects.toThrow("another range");
    expect(asked).toHaveLength(2);
  });

  test("is not asked for ever by a blob that comes a byte at a time", async () => {
    const { host, asked } = await serve((request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      response.writeHead(206, { "content-range": `bytes ${from}-${from}/${content.length}` });
      response.write(content.subarray(from, from + 1), () => setTimeout(() => response.destroy(), 5));
    });
    await expect(bytesOf(open(host).blob(digest, content.length))).rejects.toThrow();
    expect(asked.length).toBeLessThan(10);
  });

  test("is asked for bytes as they are, and a manifest that comes packed all the same is unpacked", async () => {
    const asked: unknown[] = [];
    const bodies = [gzipSync("{}"), gzipSync(Buffer.alloc(5 << 20)), Buffer.from("{}")];
    const { host } = await serve((request, response) => {
      asked.push(request.headers["accept-encoding"]);
      response.writeHead(200, { "content-encoding": "gzip" }).end(bodies.shift());
    });
    const repository = open(host);
    expect((await repository.manifest("1.0")).toString()).toBe("{}");
    for (const why of ["of zeros", "not packed"]) {
      await expect(repository.manifest(why)).rejects.toThrow("comes packed, and cannot be unpacked");
    }
    expect(asked).toEqual(Array(3).fill("identity"));
  });

  test("has a manifest that is too large refused, and said so", async () => {
    const { host } = await serve((_, response) => {
      const pour = (): void => {
        while (response.write(Buffer.alloc(65_536, " ")));
        response.once("drain", pour);
      };
      pour();
    });
    await expect(open(host).manifest("1.0")).rejects.toThrow("its manifest is larger than 4194304 bytes");
  });

  test("says nothing of a credential in any error", async () => {
    const login = { user: "me", password: randomBytes(12).toString("hex") };
    const realms = [
      "no address",
      "http://elsewhere.example.com/",
      "http://HOST/refused",
      "http://HOST/empty",
      "http://HOST/odd",
    ];
    for (const realm of realms) {
      const { host } = await serve((request, response) => {
        if (request.url!.startsWith("/refused")) response.writeHead(403).end(request.headers.authorization);
        else if (request.url!.startsWith("/empty")) response.end("{}");
        else if (request.url!.startsWith("/odd")) response.end(JSON.stringify({ token: "a\nb" }));
        else {
          const named = realm.replace("HOST", request.headers.host ?? "");
          response.writeHead(401, { "www-authenticate": `Bearer realm="${named}"` }).end();
        }
      });
      const error = await open(host, login)
        .manifest("1.0")
        .then(String, (error: Error) => `${error.stack} ${error.cause}`);
      expect(error).toMatch(/token server/);
      expect(error).not.toContain(login.password);
      expect(error).not.toContain(Buffer.from(`me:${login.password}`).toString("base64"));
    }
  });

  test("says which host could not be reached", async () => {
    await expect(open("127.0.0.1:1").manifest("1.0")).rejects.toThrow("127.0.0.1:1 could not be reached");
  });
});
