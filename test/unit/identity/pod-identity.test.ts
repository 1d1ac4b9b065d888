import { describe, expect, test } from "vitest";
import type { NotHere } from "../../../src/error.ts";
import type { FileRead } from "../../../src/identity/host.ts";
import { type Identity, type IdentityAsk, OtherAudience } from "../../../src/identity/identity.ts";
import { createPodIdentityProvider, type PodIdentityOptions } from "../../../src/identity/pod-identity.ts";
import { fakeHost, inSeconds, makeJwt, sealErrorOf } from "./fake-host.ts";

const path = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token";
const uri = "http://169.254.170.23/v1/credentials";
const both = { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path };
const token = (claims: Record<string, unknown> = {}) => makeJwt({ aud: ["pods.eks.amazonaws.com"], ...claims });

function pod(content: string | FileRead = token(), environment: Record<string, string> = both) {
  return fakeHost({ environment, files: { [path]: content } });
}

function ask(host = pod(), wanted: IdentityAsk = { audience: "sts.amazonaws.com" }, options: PodIdentityOptions = {}) {
  return createPodIdentityProvider("pi", options, host)(wanted);
}

describe("the identity of a pod with EKS Pod Identity", () => {
  test("is the token for its agent, and where that is", async () => {
    const content = token();
    const identity = (await ask(pod(content))) as Identity;
    expect(identity).toMatchObject({
      from: "pod-identity",
      audience: ["pods.eks.amazonaws.com"],
      facts: { tokenFile: path, credentialsUri: uri },
      renewal: "read",
    });
    expect(identity.token.exposeText() === content).toBe(true);
  });

  test("is read anew at each call", async () => {
    const host = pod();
    const provide = createPodIdentityProvider("pi", {}, host);
    const first = (await provide({})) as Identity;
    host.files.set(path, { kind: "read", bytes: new TextEncoder().encode(token({ jti: "2" })) });
    expect(((await provide({})) as Identity).token.equals(first.token)).toBe(false);
  });

  test.each(["sts.amazonaws.com", "sts.amazonaws.com.cn", "pods.eks.amazonaws.com", undefined])(
    "serves %s",
    async (audience) => expect(await ask(pod(), { audience })).toMatchObject({ from: "pod-identity" }),
  );

  test("serves nobody else, and says what it is for", async () => {
    const answer = (await ask(pod(), { audience: "https://huggingface.co" })) as OtherAudience;
    expect(answer).toBeInstanceOf(OtherAudience);
    expect(answer.error.message).toContain('for the audience "pods.eks.amazonaws.com"');
    expect(answer.error.remedy).toContain("for its agent alone");
    expect(await ask(pod(), {}, { audience: "x" })).toBeInstanceOf(OtherAudience);
  });

  test("serves AWS whatever audience its cluster gives it, unless one is configured", async () => {
    const custom = () => pod(token({ aud: "pods.example.com" }));
    expect(await ask(custom())).toMatchObject({ audience: ["pods.example.com"] });
    expect(await ask(custom(), undefined, { audience: "pods.example.com" })).toMatchObject({ from: "pod-identity" });
    expect(await ask(custom(), undefined, { audience: "pods.eks.amazonaws.com" })).toBeInstanceOf(OtherAudience);
  });

  test.each([
    "http://169.254.170.23/v1/credentials",
    "http://[fd00:ec2::23]/v1/credentials",
    "http://169.254.170.2/v2/x",
    "http://127.0.0.1:1338/creds",
    "http://localhost/creds",
    "https://[::1]/creds",
  ])("has its agent at %s", async (at) => {
    expect(await ask(pod(token(), { ...both, AWS_CONTAINER_CREDENTIALS_FULL_URI: at }))).toMatchObject({
      facts: { credentialsUri: at },
    });
  });

  test.each([
    ["http://169.254.169.254/latest", 'names "169.254.169.254"'],
    ["http://evil.example/v1", 'names "evil.example"'],
    ["https://evil.example/v1", 'names "evil.example"'],
    ["http://169.254.170.23.evil.example/v1", "evil.example"],
    ["file:///etc/passwd", "is not a URL"],
    ["169.254.170.23", "is not a URL"],
  ])("is not sent to %s", async (at, says) => {
    const error = await sealErrorOf(ask(pod(token(), { ...both, AWS_CONTAINER_CREDENTIALS_FULL_URI: at })));
    expect(error.code).toBe("IDENTITY");
    expect(error.message).toContain(says);
  });

  test("is not there without its two variables: that is told apart from other credentials of containers", async () => {
    const reasonOf = async (environment: Record<string, string>) =>
      ((await ask(pod(token(), environment))) as NotHere).reason;
    expect(await reasonOf({})).toBe(
      "neither AWS_CONTAINER_CREDENTIALS_FULL_URI nor AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is set",
    );
    expect(await reasonOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri })).toContain("another's than Pod Identity's");
    const half = { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path };
    expect((await sealErrorOf(ask(pod(token(), half)))).message).toContain("has no agent that takes it");
  });

  test.each<[string, string | FileRead, string]>([
    ["is missing", { kind: "missing" }, "does not exist"],
    ["is not for us", { kind: "forbidden" }, "may not be read"],
    ["is empty", "", "is empty"],
    ["is no JWT", "hello", "does not hold an identity token"],
    ["expired", token({ exp: inSeconds(-7200) }), "expired 2 hours ago"],
  ])("is an error when its file %s", async (_, content, says) => {
    const error = await sealErrorOf(ask(pod(content)));
    expect(error.message).toContain(says);
    expect(error.message).toContain(path);
    expect(error.remedy).not.toBe("");
  });
});
