import { expect, test } from "vitest";
import { readDocument } from "../../../src/config/document.ts";
import { policySchema } from "../../../src/grant/policy-schema.ts";
import { sealErrorOf } from "../identity/fake-host.ts";

const read = (text: string) => readDocument("policy.yaml", `version: 1\n${text}\n`, policySchema);

test.each([
  ["identities: [irsa, gihub]", "none of irsa", "`github`"],
  ["sources: [envv]", "none of irsa", "`env`"],
  ["grants: [{ secret: a, source: { from: envv } }]", "none of irsa", "`env`"],
])("%s is refused with the kinds that there are, and the one that was meant", async (text, message, remedy) => {
  const error = await sealErrorOf(read(text));
  expect(error.message).toContain(message);
  expect(error.remedy).toContain(remedy);
});

test.each(["https://ghe.example", "ghe.example:8443", "ghe.example/api", "*", "*ghe.example", "ghe.*.example", ""])(
  "the host %j, which no host's name can match, is refused",
  async (host) => {
    expect((await sealErrorOf(read(`hosts: [${JSON.stringify(host)}]`))).message).toContain("hosts");
  },
);

test("kinds, hosts and pins that there are pass", async () => {
  await read("identities: [irsa, pod-identity, ambient]\nsources: [irsa, env, { exec: [[vault]] }]");
  await read('hosts: ["*.Example.com", ghe.example, 10.0.0.1, "[fd00::1]", localhost]');
  await read("grants: [{ source: { from: env, name: A } }, { secret: a, source: { from: file, path: /a } }]");
  expect((await sealErrorOf(read("grants: [{ secret: a, source: { name: A } }]"))).message).toContain("source");
});
