import { randomBytes, randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SealError } from "../../../../src/error.ts";
import { createExchange } from "../../../../src/identity/exchange/create-exchange.ts";
import type { Environment } from "../../../../src/identity/host.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { createFreshness } from "../../../../src/source/freshness.ts";
import { createNosanaSource, type NosanaSourceOptions } from "../../../../src/source/kind/nosana.ts";
import { sourceSchema } from "../../../../src/source/kind/schema.ts";
import { toBase58 } from "../../../../src/source/nosana/base58.ts";
import { type Minted, type SourceHost, secretsOf } from "../../../../src/source/source.ts";
import { answered, fakeHost, makeJwt, now, printed, sealErrorOf } from "../../identity/fake-host.ts";
import { loopbackExchange } from "../../identity/loopback.ts";
import { fakeClock, fakeWatch } from "../fake-clock.ts";
import { openSecretManager, type SecretManager } from "../nosana/secret-manager.ts";
import { makeWallet } from "../nosana/wallet-file.ts";

const wallet = makeWallet();
const value = randomBytes(20).toString("hex");
let clockMs = now;
let manager: SecretManager;

beforeEach(async () => {
  clockMs = now;
  manager = await openSecretManager(() => clockMs);
  manager.stored.set(wallet.address, new Map([["npm", value]]));
});
afterEach(() => manager.close());

function hostWith(more: Partial<SourceHost> & { environment?: Environment } = {}): SourceHost {
  return {
    ...fakeHost({ files: { "/id.json": wallet.json } }),
    exchange: loopbackExchange(),
    now: () => clockMs,
    ...more,
  };
}

const source = (options: Partial<NosanaSourceOptions> = {}, host = hostWith()) =>
  createNosanaSource("it", { endpoint: manager.url, key: "npm", walletFile: "/id.json", ...options }, host);
const mint = async (options: Partial<NosanaSourceOptions> = {}, host?: SourceHost) =>
  (await source(options, host).mint()) as Minted;
const refused = (options: Partial<NosanaSourceOptions> = {}, host?: SourceHost): Promise<SealError> =>
  sealErrorOf(mint(options, host));

describe("the source nosana", () => {
  test("logs in with the wallet's signature and gives one value", async () => {
    const minted = await mint();
    expect(minted.value.exposeText() === value).toBe(true);
    expect(minted).toMatchObject({ fields: new Map(), reach: `"npm" of ${wallet.address}`, notices: [] });
    expect(manager.requests).toEqual(["POST /login", "GET /secrets/npm"]);
  });

  test("masks and searches for the wallet and the login, and gives neither to a step", async () => {
    const minted = await mint();
    const keys = minted.keys!.map((key) => key.exposeText());
    expect(keys.includes(wallet.json)).toBe(true);
    expect(keys.some((key) => key.split(".").length === 3)).toBe(true);
    expect(secretsOf(minted).length).toBe(keys.length + 1);
    expect(minted.revoke).toBeUndefined();
  });

  test("hides the wallet in a log however it is written, and not its address", async () => {
    const mask = createMask();
    for (const secret of secretsOf(await mint())) expect(mask.add(secret)).toBeUndefined();
    const { bytes, json, address } = wallet;
    const seed = bytes.subarray(0, 32);
    const written = [
      ...[json, JSON.stringify([...seed]), [...bytes].join(", "), toBase58(bytes), toBase58(seed)],
      ...(["hex", "base64", "base64url"] as const).flatMap((encoding) => [
        bytes.toString(encoding),
        seed.toString(encoding),
      ]),
    ];
    const part = (text: string) => text.slice(1, 40);
    expect(written.map((text) => mask.text(`got ${text} here`).includes(part(text)))).toEqual(written.map(() => false));
    expect(mask.text(`wallet ${address} logged in`)).toBe(`wallet ${address} logged in`);
  });

  test("asks for a key with slashes, blanks and marks by exactly that", async () => {
    for (const key of ["job/result", "a b", "ü?&#%2F", "../npm", "-"]) {
      manager.stored.get(wallet.address)!.set(key, `${value}${key}`);
      expect((await mint({ key })).value.exposeText() === `${value}${key}`).toBe(true);
    }
    expect((await refused({ key: ".." })).message).toContain("cannot be asked for by its name");
    expect((await refused({ key: ".", prefix: "." })).code).toBe("SOURCE");
  });

  test("puts the prefix before the key, as the manager does when it stores", async () => {
    manager.stored.get(wallet.address)!.set("ci/npm", "other value");
    expect((await mint({ prefix: "ci/" })).value.exposeText()).toBe("other value");
  });

  test("gives a value that is the word OK, and knows the end of one that is a JWT", async () => {
    manager.stored.get(wallet.address)!.set("ok", "OK").set("jwt", makeJwt());
    expect((await mint({ key: "ok" })).value.exposeText()).toBe("OK");
    expect((await mint({ key: "jwt" })).expiresAt?.getTime()).toBe(now + 3_000_000);
    expect((await mint()).expiresAt).toBeUndefined();
  });

  test("has an endpoint with a path of its own, and a slash at its end", async () => {
    expect((await mint({ endpoint: `${manager.url}/` })).value.byteLength).toBe(40);
    expect((await refused({ endpoint: `${manager.url}/secrets-api/` })).message).toContain("status 404");
    expect(manager.requests.at(-1)).toBe("POST /secrets-api/login");
  });

  test("takes the wallet from a variable or a command too, which Docker does not inherit", async () => {
    const environment = { MY_WALLET: wallet.json };
    const fromVariable = source(
      { walletFile: undefined, wallet: { from: "env", name: "MY_WALLET" } },
      hostWith({ environment }),
    );
    expect(((await fromVariable.mint()) as Minted).value.byteLength).toBe(40);
    expect(fromVariable.variables).toEqual(["MY_WALLET", "SOLANA_WALLET"]);
    const run = async () => printed(`${wallet.json}\n`);
    const minted = await mint(
      { walletFile: undefined, wallet: { from: "exec", command: ["pass", "show", "w"] } },
      hostWith({ run }),
    );
    expect(minted.value.byteLength).toBe(40);
  });
});

describe("a login", () => {
  test("is kept for the next renewal, and made anew when it ends", async () => {
    const one = source();
    await one.mint();
    clockMs += 30 * 60_000;
    await one.mint();
    expect(manager.requests.filter((request) => request === "POST /login").length).toBe(1);
    clockMs += 30 * 60_000;
    await one.mint();
    expect(manager.requests.filter((request) => request === "POST /login").length).toBe(2);
  });

  test("that the manager does not know any more is made anew, once", async () => {
    const one = source();
    await one.mint();
    manager.forget();
    expect(((await one.mint()) as Minted).value.byteLength).toBe(40);
    expect(manager.requests).toEqual([
      "POST /login",
      "GET /secrets/npm",
      "GET /secrets/npm",
      "POST /login",
      "GET /secrets/npm",
    ]);
  });

  test("that is refused as soon as it was made ends it", async () => {
    const refuse = (_: unknown, response: ServerResponse) => {
      response.writeHead(403).end('{"type":"ForbiddenError","message":"jwt malformed","error":"JsonWebTokenError"}');
      return true;
    };
    const pass = () => false;
    manager.faults.push(pass, refuse, pass, refuse);
    expect((await refused()).message).toContain("refuses the login that it just gave");
    expect(manager.requests.length).toBe(4);
  });

  test("with a clock that is wrong says by how much", async () => {
    const error = await refused({}, hostWith({ now: () => clockMs - 3 * 3_600_000 }));
    expect(error.message).toContain("400: timestamp expired; ValidationError");
    expect(error.message).toContain("This machine's clock is 3 hours behind the server's");
  });

  test("with a signature of somebody else's is refused", async () => {
    const exchange = loopbackExchange();
    const host = hostWith({
      exchange: (request) =>
        exchange({ ...request, body: String(request.body).replace(wallet.address, makeWallet().address) }),
    });
    expect((await refused({}, host)).message).toContain("status 400: invalid signature; ValidationError");
  });
});

describe("a login for a job", () => {
  const project = makeWallet().address;
  const job = makeWallet().address;

  beforeEach(() => {
    manager.stored.set(
      project,
      new Map([
        ["npm", "the project's"],
        ["more", "x"],
      ]),
    );
    manager.jobs.set(job, { project, node: wallet.address, isDone: false, list: ["npm"] });
  });

  test("gives the node that runs it the keys that the job names, and no others", async () => {
    const minted = await mint({ job });
    expect(minted.value.exposeText()).toBe("the project's");
    expect(minted.reach).toBe(`"npm" of the job ${job}`);
    const error = await refused({ job, key: "more" });
    expect(error.message).toContain("status 400: secret key more not in job; ValidationError");
    expect(error.remedy).toContain("nosana/secrets");
  });

  test("gives the project the node's result, once it is done", async () => {
    const [node, key] = [makeWallet().address, `${job}/result`];
    manager.stored.set(node, new Map([[key, "done"]]));
    manager.jobs.set(job, { project: wallet.address, node, isDone: true, list: [key] });
    expect((await mint({ job, key })).value.exposeText()).toBe("done");
  });

  test("of somebody else's is refused, and one that is not there says so after some tries", async () => {
    manager.jobs.set(job, { project, node: project, isDone: false, list: [] });
    expect((await refused({ job })).message).toContain("You did not claim this job");
    const error = await refused({ job: makeWallet().address });
    expect(error.message).toContain("status 500: InternalServerError");
    expect(error.remedy).toContain("See that the job");
    expect(manager.requests.filter((request) => request === "POST /login").length).toBe(5);
  });
});

describe("a secret that cannot be had", () => {
  test("is told from one that is empty", async () => {
    manager.stored.get(wallet.address)!.set("empty", "").set("object", { a: value }).set("zero", 0);
    expect((await refused({ key: "none" })).message).toBe(
      `The secret manager ${new URL(manager.url).host} holds no secret "none" for the wallet ${wallet.address}.`,
    );
    expect((await refused({ key: "empty" })).message).toContain("holds an empty value for");
    expect((await refused({ key: "object" })).message).toContain("with an object where a text should be");
    expect((await refused({ key: "zero" })).message).toContain("a bare number");
  });

  test("because of the wallet says what is wrong with it", async () => {
    const halves = [...wallet.bytes.subarray(0, 32), ...makeWallet().bytes.subarray(32)];
    const host = { ...fakeHost({ files: { "/id.json": JSON.stringify(halves) } }), exchange: loopbackExchange() };
    expect((await refused({}, host)).message).toBe(
      "The wallet of the secret it is no Solana wallet: its public half does not match the seed.",
    );
    expect((await refused({}, { ...fakeHost(), exchange: loopbackExchange() })).message).toContain(
      "/id.json does not exist",
    );
    expect(manager.requests).toEqual([]);
  });

  test("is not taken from a page that stands before the manager", async () => {
    const page = (_: unknown, response: ServerResponse) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in</html>");
      return true;
    };
    manager.faults.push(page);
    expect((await refused()).message).toContain("answers the login without a token");
    manager.faults.push(() => false, page);
    expect((await refused()).message).toContain("with something that is not JSON");
    const moved = (_: unknown, response: ServerResponse) => {
      response.writeHead(302, { location: "https://elsewhere.example/login" }).end();
      return true;
    };
    manager.faults.push(moved);
    expect((await refused()).message).toContain("elsewhere.example");
  });

  test("for a while is asked for again; a half answer is none", async () => {
    const busy = (status: number) => (_: unknown, response: ServerResponse) => {
      response.writeHead(status, { "retry-after": "1" }).end('{"type":"TooManyRequestsError"}');
      return true;
    };
    const half = (_: unknown, response: ServerResponse) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('"hal');
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    manager.faults.push(busy(429), busy(503), () => false, half);
    expect((await mint()).value.exposeText() === value).toBe(true);
    expect(manager.requests.length).toBe(5);
  });

  test("because nobody is there says where", async () => {
    const { host } = new URL(manager.url);
    await manager.close();
    const error = await refused();
    expect(error).toMatchObject({
      code: "SOURCE",
      message: `The secret it could not be had: ${host} could not be reached (ECONNREFUSED).`,
    });
    manager = await openSecretManager(() => clockMs);
  });
});

test("over a long build a value that ends is asked for again, with as few logins as can be", async () => {
  const clock = fakeClock(now);
  const published: string[] = [];
  const events: string[] = [];
  const freshness = createFreshness({
    clock,
    random: () => 0,
    watch: fakeWatch().watch,
    publish: async (_, minted) => void published.push(minted.value.exposeText()),
    late: () => {},
    report: ({ kind }) => void events.push(kind),
  });
  const store = () => {
    const seconds = clockMs / 1000;
    manager.stored.get(wallet.address)!.set("npm", makeJwt({ iat: seconds, exp: seconds + 3000, jti: randomUUID() }));
  };
  store();
  await freshness.add("it", source({}, hostWith({ now: clock.now })));
  for (let life = 2; life <= 7; life++) {
    // somebody stores a new one before the old one is asked for again, 20 minutes after it was made
    clockMs = clock.now() + 20 * 60_000;
    store();
    await clock.pass(20 * 60_000 + 1000);
    await expect.poll(() => published.length).toBe(life);
  }
  await freshness.stop();
  expect(new Set(published).size).toBe(7);
  expect(new Set(events)).toEqual(new Set(["renewed"]));
  expect(manager.requests.filter((request) => request === "POST /login").length).toBe(3);
});

test("a signature goes to no host that is not built in, on loopback or allowed: it would be good for another one", async () => {
  const sent: string[] = [];
  const hostThatAllows = (allowed: string) =>
    hostWith({
      exchange: createExchange({
        send: async ({ url }) => {
          sent.push(url.href);
          return answered(404);
        },
        isAllowed: (name) => name === allowed,
        now: Date.now,
        wait: (_, signal) => new Promise((done) => signal.addEventListener("abort", () => done())),
        random: () => 0,
      }),
    });
  const [https, http] = ["https://secrets.example.com", "http://secrets.example.com"];
  const error = await refused({ endpoint: https }, hostThatAllows("other.example.com"));
  expect(error).toMatchObject({ code: "POLICY", message: expect.stringContaining("secrets.example.com") });
  expect((await refused({ endpoint: http }, hostThatAllows("secrets.example.com"))).message).toContain("over http");
  expect(sent).toEqual([]);
  for (const endpoint of [https, "https://secrets.nosana.ci", "https://secrets.k8s.prd.nos.ci"]) {
    expect((await refused({ endpoint }, hostThatAllows("secrets.example.com"))).code).toBe("SOURCE");
  }
  expect(sent).toHaveLength(3);
});

test("the keys of nosana are an endpoint, a key and one wallet", () => {
  const good = { from: "nosana", endpoint: "https://secrets.k8s.prd.nos.ci", key: "k", walletFile: "/id.json" };
  expect(sourceSchema.safeParse(good).success).toBe(true);
  expect(sourceSchema.safeParse({ ...good, walletFile: undefined }).success).toBe(false);
  expect(sourceSchema.safeParse({ ...good, wallet: { from: "env", name: "W" } }).success).toBe(false);
  expect(sourceSchema.safeParse({ ...good, endpoint: "ftp://x" }).success).toBe(false);
  expect(sourceSchema.safeParse({ ...good, key: "" }).success).toBe(false);
});
