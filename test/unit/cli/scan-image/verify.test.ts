import { afterEach, expect, test } from "vitest";
import type { Machine } from "../../../../src/cli/machine.ts";
import { openVerifier } from "../../../../src/cli/scan-image/verify.ts";
import type { Finding } from "../../../../src/finding/finding.ts";
import { madeKey } from "../../verify/made-key.ts";
import { type StsServer, startSts } from "../../verify/sts-server.ts";

const servers: StsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const finding = (fingerprint: string, rule = "aws-credentials"): Finding => ({
  rule,
  severity: "warning",
  message: "It is in a file",
  remedy: "Take it out.",
  fingerprint,
  where: { surface: "layer", path: fingerprint },
});

test("each finding with a key is told what AWS says, the worst first, and the others stay as they are", async () => {
  const [valid, unknown] = [madeKey(), madeKey()];
  const server = await startSts([{ key: valid, arn: "arn:aws:iam::111122223333:user/ci" }]);
  servers.push(server);
  const said: string[] = [];
  const verifier = openVerifier({
    environment: { AWS_ENDPOINT_URL_STS: server.url },
    now: Date.now,
    say: (sentence: string) => void said.push(sentence),
  } as Partial<Machine> as Machine);
  verifier.onKey("a", unknown);
  verifier.onKey("b", valid);
  const findings = await verifier.tell([finding("a"), finding("b"), finding("c"), finding("d", "npm-token")]);
  expect(findings.map(({ fingerprint, severity }) => [fingerprint, severity])).toEqual([
    ["b", "error"],
    ["c", "warning"],
    ["d", "warning"],
    ["a", "info"],
  ]);
  expect(findings[0]!.message).toContain("valid, in the account …3333");
  expect(findings[1]!.message).toContain("AWS was not asked");
  expect(findings[2]!.message).toBe("It is in a file");
  expect(server.asked).toHaveLength(2);
  expect(said).toEqual([`asking ${new URL(server.url).host} about 2 keys`]);
});
