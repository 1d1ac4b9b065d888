import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../../src/secret/secret.ts";
import { createHttp } from "../../../src/system/http.ts";
import type { Answer, VerifyHost } from "../../../src/verify/caller-identity.ts";
import { stsPlace } from "../../../src/verify/sts-place.ts";
import { verifyKeys } from "../../../src/verify/verify-keys.ts";
import { madeId, madeKey } from "./made-key.ts";
import { type Known, type StsServer, startSts } from "./sts-server.ts";

const user = "arn:aws:iam::111122223333:user/ci";
const open: StsServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function sts(known: readonly Known[], options?: Parameters<typeof startSts>[1]): Promise<StsServer> {
  const server = await startSts(known, options);
  open.push(server);
  return server;
}

const waits: number[] = [];
const host: VerifyHost = {
  http: createHttp({}, { idleMs: 2000 }),
  wait: async (ms) => void waits.push(ms),
  now: Date.now,
};
const at = ({ url }: StsServer) => stsPlace({ AWS_ENDPOINT_URL_STS: url, AWS_REGION: "eu-west-1" });
const ask = async (server: StsServer, ...keys: Parameters<typeof verifyKeys>[0]) => verifyKeys(keys, at(server), host);
const untold = (why: string, reached: boolean): Answer => ({ kind: "untold", why, reached });

describe("what AWS says of a key", () => {
  test.each([
    [user, "an IAM user"],
    ["arn:aws:iam::111122223333:root", "the account's root user"],
    ["arn:aws:sts::111122223333:assumed-role/ci/session", "a role's session"],
    ["arn:aws-us-gov:sts::111122223333:federated-user/x", "a federated user"],
    ["arn:aws-cn:iam::111122223333:something-new/x", "an identity"],
  ])("is whose it is, with the account masked: %s", async (arn, principal) => {
    const key = madeKey();
    expect(await ask(await sts([{ key, arn }]), key)).toEqual([{ kind: "valid", account: "…3333", principal }]);
  });

  test("is asked for with the session token of a temporary key, which is signed", async () => {
    const key = madeKey("temporary");
    const { token: _, ...without } = key;
    const server = await sts([{ key, arn: "arn:aws:sts::111122223333:assumed-role/a/b" }]);
    expect((await ask(server, key, without)).map(({ kind }) => kind)).toEqual(["valid", "unknown"]);
  });

  test("is that it has expired, that it is not known, or that its parts do not fit", async () => {
    const [known, old] = [madeKey(), madeKey("temporary")];
    const server = await sts([
      { key: known, arn: user },
      { key: old, arn: user, expired: true },
    ]);
    const wrong = { ...known, secret: madeKey().secret };
    const answers = await ask(server, old, madeKey(), wrong, known);
    expect(answers.map(({ kind }) => kind)).toEqual(["expired", "unknown", "mismatch", "valid"]);
  });

  test("cannot be told where this machine's clock is wrong", async () => {
    const key = madeKey();
    const server = await sts([{ key, arn: user }], { clock: () => Date.now() + 3_600_000 });
    expect(await ask(server, key)).toEqual([untold("this machine's clock is wrong, says AWS", false)]);
  });
});

describe("an endpoint that does not do as it should", () => {
  const key = madeKey();
  const known = [{ key, arn: user }];

  test("is asked again after errors of its own, a little later each time", async () => {
    const server = await sts(known);
    server.misbehave({ status: 503 }, "hang up");
    waits.length = 0;
    expect(await ask(server, key)).toMatchObject([{ kind: "valid" }]);
    expect(server.asked).toHaveLength(3);
    expect(waits).toEqual([500, 1000]);
  });

  test("is given the time that it asks for, but not more than five seconds", async () => {
    const server = await sts(known);
    server.misbehave(
      { status: 429, headers: { "retry-after": "2" } },
      { status: 503, headers: { "retry-after": "900" } },
    );
    waits.length = 0;
    expect(await ask(server, key)).toMatchObject([{ kind: "valid" }]);
    expect(waits).toEqual([2000, 5000]);
  });

  test("is given up after three times, and then for all keys that are left", async () => {
    const server = await sts(known);
    server.misbehave(...Array.from({ length: 40 }, () => ({ status: 500 })));
    const keys = Array.from({ length: 20 }, () => madeKey());
    const answers = await ask(server, ...keys);
    const { host: name } = new URL(server.url);
    expect(answers).toEqual(keys.map(() => untold(`${name} answered 500`, false)));
    expect(server.asked.length).toBeLessThanOrEqual(3 * 4);
  });

  test("leaves the others to be asked about where it refuses one for a reason that is not known", async () => {
    const server = await sts(known);
    const body = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
    server.misbehave(...Array.from({ length: 4 }, () => ({ status: 403, body })));
    const answers = await ask(server, ...Array.from({ length: 4 }, () => madeKey()), key);
    const { host: name } = new URL(server.url);
    // which of them the first four to arrive are is for the connections to say
    const refused = answers.filter(({ kind }) => kind === "untold");
    expect(refused).toEqual(Array(4).fill(untold(`${name} answered AccessDenied`, true)));
    expect(answers).toHaveLength(5);
    expect(server.asked).toHaveLength(5);
  });

  test.each([
    ["with something else", { status: 200, body: "<html>welcome</html>" }, "did not answer as AWS does"],
    ["without a code", { status: 404 }, "answered 404"],
    ["with too much", { status: 200, body: "x".repeat(1 << 17) }, "did not answer in time, or too much"],
  ])("is not believed: %s", async (_, answer, why) => {
    const server = await sts(known);
    server.misbehave(answer);
    expect(await ask(server, key)).toMatchObject([{ kind: "untold", why: expect.stringContaining(why) }]);
  });

  test("sends no key on to where it points", async () => {
    const [server, other] = [await sts(known), await sts(known)];
    server.misbehave(...Array.from({ length: 3 }, () => ({ status: 307, headers: { location: other.url } })));
    expect(await ask(server, key)).toMatchObject([{ kind: "untold" }]);
    expect(other.asked).toEqual([]);
  });

  test("is left when it answers in drops without an end", async () => {
    const server = await sts(known);
    server.misbehave("drip");
    let asked = 0;
    const hurried = { ...host, now: () => Date.now() + 9_000 * asked++ };
    expect(await verifyKeys([key], at(server), hurried)).toEqual([
      untold(`${new URL(server.url).host} did not answer in time, or too much`, false),
    ]);
  });

  test("is told by its host where it cannot be reached, and no part of a key is in that", async () => {
    const server = await sts(known);
    const place = at(server);
    await server.close();
    const temporary = madeKey("temporary");
    const [answer] = await verifyKeys([temporary], place, host);
    expect(answer).toEqual(untold(`${place.url.host} could not be reached (ECONNREFUSED)`, false));
    const said = JSON.stringify(answer);
    for (const part of [temporary.id, temporary.secret.exposeText(), temporary.token!.exposeText()]) {
      expect(said).not.toContain(part);
    }
  });
});

describe("many keys", () => {
  test("are asked about once each, not more than four at a time, and answered in their order", async () => {
    const keys = Array.from({ length: 12 }, () => madeKey());
    const server = await sts(
      keys.filter((_, index) => index % 2 === 0).map((key) => ({ key, arn: user })),
      { delayMs: 20 },
    );
    const again = { ...keys[3]!, secret: new Secret("copy", keys[3]!.secret.expose()) };
    const answers = await ask(server, ...keys, again, keys[0]!);
    expect(answers.map(({ kind }) => kind)).toEqual([
      ...keys.map((_, index) => (index % 2 === 0 ? "valid" : "unknown")),
      "unknown",
      "valid",
    ]);
    expect(server.asked.toSorted()).toEqual(keys.map(({ id }) => id).toSorted());
    expect(server.mostAtOnce()).toBe(4);
  });

  test("are not all asked about where there are more than two hundred", async () => {
    const { secret } = madeKey();
    const keys = Array.from({ length: 205 }, () => ({ issuer: "aws" as const, id: madeId(), secret }));
    const server = await sts([]);
    const answers = await ask(server, ...keys);
    expect(server.asked).toHaveLength(200);
    expect(answers.slice(200)).toEqual(Array(5).fill(untold("there are more than 200 keys", true)));
  });
});
