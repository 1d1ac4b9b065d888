import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startBuildseal } from "./buildseal.ts";
import { addImage, createLayout, type Descriptor, type } from "./image-layout.ts";
import { createPlants } from "./plant.ts";
import { placesOfName, refuseImage, type Scanned, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import {
  type Asked,
  altered,
  answerWith,
  type Fault,
  half,
  startFaultyRegistry,
  status,
} from "./service/faulty-registry.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue } from "./value.ts";

const plants = createPlants();
const nobody = { PATH: process.env["PATH"], HOME: createScratch("home"), DOCKER_CONFIG: createScratch("config") };

let registry: Registry;
let tools: ImageTools;
let digests: readonly string[];
let needles: readonly string[];
/** An image of two layers, the second of them two megabytes that cannot be packed, with a value at its end. */
beforeAll(async () => {
  registry = await startRegistry();
  tools = await openImageTools();
  const layout = createLayout(join(createScratch("layout"), "image"));
  const layers = [await layer("first", 0), await layer("second", 2 << 20)];
  const image = await addImage(layout, layers);
  const named = { ...image, annotations: { "org.opencontainers.image.ref.name": "it" } };
  layout.writeIndex({ schemaVersion: 2, manifests: [named] });
  const to = `docker://${registry.address}/team/app:it`;
  await tools.skopeo("copy", "--preserve-digests", "--dest-tls-verify=false", `oci:${layout.folder}:it`, to);
  digests = layout.json(image.digest).layers.map((each: Descriptor) => each.digest);
  needles = ["--needles", plants.file()];
});
afterAll(() => registry?.stop());

async function layer(name: string, bytes: number): Promise<Buffer> {
  const folder = createScratch("layer");
  writeFileSync(join(folder, name), Buffer.concat([randomBytes(bytes), Buffer.from(plants.value(name))]));
  return tools.run("tar", ["-c", "-C", folder, name]);
}

const isSecond = ({ path }: Asked): boolean => path.endsWith(`/blobs/${digests[1]}`);

/** Scans the image through a registry with faults. */
async function scanThrough(
  faultFor: (asked: Asked) => Fault | undefined,
  idleSeconds = "60",
): Promise<Scanned & { readonly asked: readonly string[] }> {
  const faulty = await startFaultyRegistry(registry, faultFor);
  onTestFinished(() => faulty.stop());
  const variables = { BUILDSEAL_REGISTRY_IDLE_SECONDS: idleSeconds };
  const scanned = await scanImage(`docker://${faulty.address}/team/app:it`, needles, { env: nobody, variables });
  return { ...scanned, asked: faulty.asked };
}

const foundIn = ({ json }: Scanned): readonly string[] =>
  plants.names().filter((name) => placesOfName(json, name).some(({ path }) => path === name));

/** Everything was had in the end. */
function expectWhole(scanned: Scanned): void {
  expect(scanned.json.skipped, scanned.output).toEqual([]);
  expect(foundIn(scanned)).toEqual(["first", "second"]);
  expect(scanned.status).toBe(1);
}

/** The second layer was not had: that is said, and what was read is told. */
function expectLost(scanned: Scanned, why: RegExp | string): void {
  expect(scanned.status, scanned.output).toBe(2);
  expect(scanned.json.complete).toBe(false);
  expect(scanned.json.skipped.map((each) => `${each.what}: ${each.why}`).join("\n")).toMatch(why);
  expect(foundIn(scanned)).toContain("first");
}

describe("a registry that", () => {
  test("is right is read whole, each blob once", async () => {
    const scanned = await scanThrough(() => undefined);
    expectWhole(scanned);
    expect(scanned.asked.filter((line) => line.includes("/blobs/"))).toHaveLength(3);
  });

  test.each([429, 503, 500])("answers %d is asked again, when it says", async (code) => {
    const scanned = await scanThrough((asked) =>
      asked.path !== "/v2/" && asked.count === 1 ? status(code, { "retry-after": "1" }) : undefined,
    );
    expectWhole(scanned);
  });

  test("answers 500 for a layer to the end loses that layer, and nothing else", async () => {
    const scanned = await scanThrough((asked) =>
      isSecond(asked) ? status(500, { "retry-after": "0.05" }) : undefined,
    );
    expectLost(scanned, /answered 500/);
    expect(scanned.asked.filter((line) => line.includes(digests[1]!))).toHaveLength(5);
  });

  test.each([401, 403, 404])("answers %d for a layer is not asked for it again and again", async (code) => {
    const scanned = await scanThrough((asked) => (isSecond(asked) ? status(code) : undefined));
    expectLost(scanned, code === 404 ? /not there/ : new RegExp(`${code}`));
    expect(scanned.asked.filter((line) => line.includes(digests[1]!)).length).toBeLessThan(3);
  });

  test.each([401, 403, 404, 429, 500])("answers %d for all is an error that says so", async (code) => {
    const faulty = await startFaultyRegistry(registry, () => status(code, { "retry-after": "0.05" }));
    onTestFinished(() => faulty.stop());
    const said = await refuseImage(`docker://${faulty.address}/team/app:it`, needles, { env: nobody });
    expect(said).toMatch(code === 404 ? "not there" : `answered ${code}`);
    expect(said).toContain(`${faulty.address}/team/app:it`);
  });

  test("is not there is an error that says so", async () => {
    const faulty = await startFaultyRegistry(registry, () => undefined);
    await faulty.stop();
    expect(await refuseImage(`docker://${faulty.address}/team/app:it`, needles, { env: nobody })).toContain(
      "ECONNREFUSED",
    );
  });

  test("breaks off in a layer is taken up where it did", async () => {
    const scanned = await scanThrough((asked) => (isSecond(asked) && asked.count <= 2 ? half("close") : undefined));
    expectWhole(scanned);
    const ranges = scanned.asked
      .filter((line) => line.includes(digests[1]!))
      .map((line) => /bytes=(\d+)-$/.exec(line)?.[1]);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeUndefined();
    expect(Number(ranges[1])).toBeGreaterThan(0);
    expect(Number(ranges[2])).toBeGreaterThan(Number(ranges[1]));
  });

  test("breaks off and knows no ranges is read from the start, and nothing is told twice", async () => {
    const scanned = await scanThrough((asked) => {
      if (!isSecond(asked)) return undefined;
      if (asked.count === 1) return half("close");
      return async (one, response, real) => answerWith({ ...one, headers: {} }, response, await real());
    });
    expectWhole(scanned);
    expect(placesOfName(scanned.json, "second")).toHaveLength(1);
  });

  test("answers with another range than was asked for is not believed", async () => {
    const scanned = await scanThrough((asked) => {
      if (!isSecond(asked)) return undefined;
      if (asked.count === 1) return half("close");
      return async (_, response, real) => {
        const { body } = await real();
        response.writeHead(206, { "content-range": `bytes 7-${body.length - 1}/${body.length}` }).end(body.subarray(7));
      };
    });
    expectLost(scanned, /another range/);
  });

  test("gives other bytes than the digest says gives an incomplete scan that names the blob", async () => {
    const scanned = await scanThrough((asked) => (isSecond(asked) ? altered : undefined));
    expectLost(scanned, new RegExp(digests[1]!.slice("sha256:".length)));
  });

  test("gives another manifest than its digest says is not believed", async () => {
    const { digest, mediaType, body } = (await registry.manifest("team/app", "it"))!;
    const other = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body).toString()), annotations: { a: "b" } }));
    const faulty = await startFaultyRegistry(registry, ({ path }) =>
      path.endsWith(`/manifests/${digest}`)
        ? (_, response) => void response.writeHead(200, { "content-type": mediaType }).end(other)
        : undefined,
    );
    onTestFinished(() => faulty.stop());
    const scanned = await scanImage(`docker://${faulty.address}/team/app@${digest}`, needles, { env: nobody });
    expect(scanned.status, scanned.output).toBe(2);
    expect(scanned.json.skipped.map(({ what }) => what).join()).toContain(digest.slice("sha256:".length));
  });

  test("sends more than it said is cut off, and not believed", async () => {
    const scanned = await scanThrough((asked) =>
      isSecond(asked)
        ? async (_, response, real) => {
            const { body } = await real();
            response.writeHead(200).end(Buffer.concat([body, randomBytes(50_000)]));
          }
        : undefined,
    );
    expectLost(scanned, new RegExp(digests[1]!.slice("sha256:".length)));
  });

  test("gives a manifest of ten megabytes is refused", async () => {
    const faulty = await startFaultyRegistry(registry, ({ path }) =>
      path.includes("/manifests/")
        ? (_, response) =>
            void response.writeHead(200, { "content-type": type.manifest }).end(Buffer.alloc(10 << 20, " "))
        : undefined,
    );
    onTestFinished(() => faulty.stop());
    expect(await refuseImage(`docker://${faulty.address}/team/app:it`, needles, { env: nobody })).toContain(
      "larger than",
    );
  });

  test("sends a layer elsewhere is followed, and the login is not taken there", async () => {
    const authorizations: (string | undefined)[] = [];
    const store = await startFaultyRegistry(registry, ({ headers }) => {
      authorizations.push(headers.authorization);
      return undefined;
    });
    const password = createValue();
    const basic = `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
    const front = await startFaultyRegistry(registry, ({ path, headers }) => {
      if (headers.authorization !== basic) return status(401, { "www-authenticate": 'Basic realm="here"' });
      // "localhost" is another origin than the address.
      const elsewhere = `http://localhost:${store.address.split(":")[1]}${path}`;
      return path.includes("/blobs/") ? status(307, { location: elsewhere }) : undefined;
    });
    onTestFinished(async () => {
      await store.stop();
      await front.stop();
    });
    const config = createScratch("config");
    const auth = Buffer.from(`me:${password}`).toString("base64");
    writeFileSync(join(config, "config.json"), JSON.stringify({ auths: { [front.address]: { auth } } }));
    const env = { ...nobody, DOCKER_CONFIG: config };
    expectWhole(await scanImage(`docker://${front.address}/team/app:it`, needles, { env }));
    expect(authorizations).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    ["password", (secret: string) => ({ auth: Buffer.from(`me:${secret}`).toString("base64") })],
    ["identity token", (secret: string) => ({ identitytoken: secret })],
  ])("sends a layer to who asks for a login loses that layer, and no %s", async (_, entryOf) => {
    const secret = createValue();
    const got: string[] = [];
    const thief = createServer((request, response) => {
      got.push(`${request.url} ${request.headers.authorization ?? "nothing"}`);
      const realm = `Bearer realm="http://${request.headers.host}/token"`;
      response.writeHead(request.url === "/blob" ? 401 : 200, { "www-authenticate": realm }).end('{"token":"x"}');
    }).listen(0, "127.0.0.1");
    await once(thief, "listening");
    const { port } = thief.address() as AddressInfo;
    const front = await startFaultyRegistry(registry, (asked) => {
      if (asked.path.startsWith("/token")) return (_, response) => void response.end('{"token":"own"}');
      const realm = `Bearer realm="http://${asked.headers.host}/token"`;
      if (asked.headers.authorization !== "Bearer own") return status(401, { "www-authenticate": realm });
      return isSecond(asked) ? status(307, { location: `http://localhost:${port}/blob` }) : undefined;
    });
    onTestFinished(async () => {
      thief.close();
      await front.stop();
    });
    const config = createScratch("config");
    writeFileSync(join(config, "config.json"), JSON.stringify({ auths: { [front.address]: entryOf(secret) } }));
    const env = { ...nobody, DOCKER_CONFIG: config };
    expectLost(
      await scanImage(`docker://${front.address}/team/app:it`, needles, { env }),
      /localhost:\d+ answered 401/,
    );
    expect(got).toEqual(["/blob nothing"]);
  });

  test("asks for a password takes the one of DOCKER_AUTH_CONFIG before that of the file, and runs no helper that it names", async () => {
    const basic = (secret: string): string => Buffer.from(`me:${secret}`).toString("base64");
    const [password, other] = [createValue(), createValue()];
    const front = await startFaultyRegistry(registry, ({ headers }) =>
      headers.authorization === `Basic ${basic(password)}` ? undefined : status(401, { "www-authenticate": "Basic" }),
    );
    onTestFinished(() => front.stop());
    const auths = (secret: string) => ({ auths: { [front.address]: { auth: basic(secret) } } });
    const [config, bin] = [createScratch("config"), createScratch("bin")];
    writeFileSync(join(config, "config.json"), JSON.stringify(auths(other)));
    writeFileSync(join(bin, "docker-credential-made"), `#!/bin/sh\ntouch ${bin}/ran\n`, { mode: 0o755 });
    const env = { ...nobody, DOCKER_CONFIG: config, PATH: `${bin}${delimiter}${nobody.PATH}` };
    const image = `docker://${front.address}/team/app:it`;
    const setting = JSON.stringify({ ...auths(password), credsStore: "made" });
    expectWhole(await scanImage(image, needles, { env, variables: { DOCKER_AUTH_CONFIG: setting } }));
    expect(existsSync(join(bin, "ran"))).toBe(false);
    expect(await refuseImage(image, needles, { env, variables: { DOCKER_AUTH_CONFIG: "{" } })).toMatch(
      /answered 401; the login that Docker has for it was not enough/,
    );
  });

  test("breaks off before and in a manifest is asked again", async () => {
    const scanned = await scanThrough((asked) => {
      if (!asked.path.endsWith("/manifests/it") || asked.count > 2) return undefined;
      return asked.count === 1 ? (_, response) => void response.socket?.destroy() : half("close");
    });
    expectWhole(scanned);
    expect(scanned.asked.filter((line) => line.includes("/manifests/"))).toHaveLength(3);
  });

  test("asks for a login is read without one at once where its helper is not installed", async () => {
    const faulty = await startFaultyRegistry(registry, ({ path, headers }) => {
      if (path.startsWith("/token")) return (_, response) => void response.end('{"token":"own"}');
      const realm = `Bearer realm="http://${headers.host}/token"`;
      return headers.authorization === "Bearer own" ? undefined : status(401, { "www-authenticate": realm });
    });
    onTestFinished(() => faulty.stop());
    const config = createScratch("config");
    writeFileSync(join(config, "config.json"), JSON.stringify({ credsStore: "not-installed.exe" }));
    const env = { ...nobody, DOCKER_CONFIG: config };
    const began = performance.now();
    expectWhole(await scanImage(`docker://${faulty.address}/team/app:it`, needles, { env }));
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test("keeps silent in a layer is taken up after a while, as if it had broken off", async () => {
    const scanned = await scanThrough(
      (asked) => (isSecond(asked) && asked.count === 1 ? half("silence") : undefined),
      "1",
    );
    expectWhole(scanned);
    expect(scanned.asked.filter((line) => line.includes(digests[1]!))).toHaveLength(2);
  });

  test("keeps silent in a layer for good loses that layer, and does not keep us waiting for ever", async () => {
    const scanned = await scanThrough(
      (asked) => (isSecond(asked) ? half("silence", asked.count === 1 ? 0.5 : 0) : undefined),
      "1",
    );
    expectLost(scanned, /silent/);
  });

  test("takes a call and never answers is an error that says so", async () => {
    const faulty = await startFaultyRegistry(registry, () => () => undefined);
    onTestFinished(() => faulty.stop());
    const variables = { BUILDSEAL_REGISTRY_IDLE_SECONDS: "1" };
    const said = await refuseImage(`docker://${faulty.address}/team/app:it`, needles, { env: nobody, variables });
    expect(said).toContain("did not answer within 1 s");
  });

  test.each([
    { signal: "SIGINT", status: 130 },
    { signal: "SIGTERM", status: 143 },
  ] as const)("keeps silent in a layer can be left by $signal", async ({ signal, status: wanted }) => {
    const faulty = await startFaultyRegistry(registry, (asked) => (isSecond(asked) ? half("silence") : undefined));
    onTestFinished(() => faulty.stop());
    const words = ["scan-image", `docker://${faulty.address}/team/app:it`, ...needles];
    const running = startBuildseal(words, { env: nobody });
    await expect.poll(() => faulty.asked.some((line) => line.includes(digests[1]!)), { timeout: 20_000 }).toBe(true);
    running.kill(signal);
    const ended = await running.ended;
    expect(ended.status, ended.output).toBe(wanted);
    expect(ended.stdout).toBe("");
  });
});
