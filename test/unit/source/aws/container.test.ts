import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { NotHere } from "../../../../src/error.ts";
import { createChain } from "../../../../src/identity/chain.ts";
import type { ExchangeRequest } from "../../../../src/identity/exchange/exchange.ts";
import { createProvider } from "../../../../src/identity/kind.ts";
import { createAwsSessionSource } from "../../../../src/source/kind/aws-session.ts";
import type { Minted } from "../../../../src/source/source.ts";
import { answered, fakeHost, makeJwt, now, sealErrorOf } from "../../identity/fake-host.ts";

const agent = "http://169.254.170.23/v1/credentials";
const onEks = {
  AWS_CONTAINER_CREDENTIALS_FULL_URI: agent,
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/token",
  AWS_REGION: "us-west-2",
  // of a pod that had IRSA before: it is not for these credentials
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/former",
};
const made = () => ({
  AccessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
  SecretAccessKey: randomBytes(30).toString("base64"),
  Token: randomBytes(100).toString("base64"),
  AccountId: "123456789012",
  Expiration: new Date(now + 6 * 3600_000).toISOString(),
});

function pod(
  answer: (request: ExchangeRequest) => ReturnType<typeof answered>,
  environment: Record<string, string> = onEks,
) {
  const token = makeJwt({ aud: "pods.eks.amazonaws.com" });
  const host = fakeHost({ environment, files: { "/token": `${token}\n` }, answer });
  const chain = createChain([createProvider("identity", { from: "pod-identity" }, host)]);
  return { token, host: { ...host, identity: () => chain } };
}

describe("EKS Pod Identity", () => {
  test("gives the agent the token as it is, and its credentials are the session", async () => {
    const credentials = made();
    const { token, host } = pod(() => answered(200, credentials));
    const minted = (await createAwsSessionSource("it", {}, host).mint()) as Minted;
    expect(host.requests).toHaveLength(1);
    const [request] = host.requests;
    expect(request).toMatchObject({ url: agent, namedBy: "platform" });
    expect(request!.headers!["authorization"] === token).toBe(true);
    expect(minted.value.exposeText().includes(`aws_session_token = ${credentials.Token}\n`)).toBe(true);
    expect(minted.expiresAt).toEqual(new Date(credentials.Expiration));
    expect(minted.reach).toBe("the credentials of pod-identity");
    expect([...minted.fields.keys()]).not.toContain("role-arn");
  });

  test("cannot be narrowed without a role to assume", async () => {
    const { host } = pod(() => answered(200, made()));
    const error = await sealErrorOf(createAwsSessionSource("it", { policy: { bucket: "cache" } }, host).mint());
    expect(error.message).toContain("needs a role to assume");
    expect(createAwsSessionSource("it", {}, host).isReadOnly).toBe(false);
  });

  test.each([
    [403, { message: "AccessDeniedException: no association" }, "association of the service account"],
    [404, { code: "ResourceNotFoundException" }, "agent runs on the node"],
    [500, "", "agent runs on the node"],
  ])(
    "that is refused with %i has a sentence that shows nothing, though the agent echoes the token",
    async (status, body, remedy) => {
      const { token, host } = pod((request) => {
        const echo = request.headers!["authorization"];
        return answered(status, typeof body === "string" ? `${body}${echo}` : { ...body, detail: echo });
      });
      const error = await sealErrorOf(createAwsSessionSource("it", {}, host).mint());
      expect(error.message).toContain(`The container's credentials (169.254.170.23) were refused (status ${status}`);
      expect(error.remedy).toContain(remedy);
      const shown = inspect(error, { depth: 9, showHidden: true });
      expect([token, ...token.split(".")].some((part) => shown.includes(part))).toBe(false);
    },
  );

  test.each([
    {},
    { AccessKeyId: "" },
    { ...made(), SecretAccessKey: undefined },
    { ...made(), AccessKeyId: "a\nb" },
    { ...made(), Expiration: "soon" },
    "OK",
  ])("that answers something else is told so, case %#", async (body) => {
    const { host } = pod(() => answered(200, body));
    const error = await sealErrorOf(createAwsSessionSource("it", {}, host).mint());
    expect(error.message).toMatch(/gave no whole set of AWS credentials|is not a time/);
  });
});

describe("another container's credentials", () => {
  test("are asked for at the path that ECS gives, without a token where there is none", async () => {
    const { host } = pod(() => answered(200, made()), {
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/x",
      AWS_REGION: "us-west-2",
    });
    const minted = (await createAwsSessionSource("it", {}, host).mint()) as Minted;
    expect(host.requests.map(({ url, headers }) => [url, headers!["authorization"]])).toEqual([
      ["http://169.254.170.2/v2/x", undefined],
    ]);
    expect(minted.reach).toBe("the container's credentials");
  });

  test("take the token of a variable, and none that would break the header", async () => {
    const token = randomBytes(20).toString("hex");
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/x",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    };
    const { host } = pod(() => answered(200, made()), environment);
    await createAwsSessionSource("it", { identity: "ambient" }, host).mint();
    expect(host.requests[0]!.headers!["authorization"] === token).toBe(true);
    const wrong = pod(() => answered(200, made()), {
      ...environment,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: `${token}\nX: y`,
    });
    const error = await sealErrorOf(createAwsSessionSource("it", { identity: "ambient" }, wrong.host).mint());
    expect(error.message).toContain("holds no token that a header could carry");
  });

  test("are none where no variable says where", async () => {
    const { host } = pod(() => answered(200, made()), {});
    expect(await createAwsSessionSource("it", {}, host).mint()).toBeInstanceOf(NotHere);
    expect(host.requests).toEqual([]);
  });
});
