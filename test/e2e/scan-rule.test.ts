import { randomBytes, randomUUID } from "node:crypto";
import { copyFileSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessKeyId, githubToken, secretKey, sessionToken, token } from "../unit/scan/rule/made-secret.ts";
import { addImage, createLayout, type } from "./image-layout.ts";
import { type Found, placesOf, type Scanned, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";
import { part } from "./service/part.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue, valuesIn, watchValue } from "./value.ts";

const nobody = { PATH: process.env["PATH"], HOME: createScratch("home"), DOCKER_CONFIG: createScratch("config") };

let tools: ImageTools;
let registry: Registry;
beforeAll(async () => {
  tools = await openImageTools();
});
afterAll(() => registry?.stop());

interface Leftover {
  readonly path: string;
  readonly rule: string;
  readonly write: (file: string) => Promise<void>;
}

/** A secret by its own program's hand, where people leave it. */
const leftovers: readonly Leftover[] = [
  {
    path: "root/.docker/config.json",
    rule: "docker-auth",
    write: async (file) => {
      const password = createValue();
      const words = ["login", "--tls-verify=false", "--compat-auth-file", file, "--username", "me", "--password-stdin"];
      await tools.run("skopeo", [...words, registry.address], { input: Buffer.from(password) });
      watchValue(Buffer.from(`me:${password}`).toString("base64"));
    },
  },
  {
    path: "root/.npmrc",
    rule: "npmrc",
    write: async (file) => {
      const value = watchValue(randomUUID());
      await tools.run("npm", [
        "config",
        "set",
        "--userconfig",
        file,
        "--location=user",
        `//npm.example.com/:_authToken=${value}`,
      ]);
    },
  },
  {
    path: "root/.git-credentials",
    rule: "git-credentials",
    write: async (file) => {
      const login = `protocol=https\nhost=git.example.com\nusername=me\npassword=${createValue()}\n\n`;
      await tools.run("git", ["credential-store", "--file", file, "store"], { input: Buffer.from(login) });
    },
  },
  {
    path: "app/.git/config",
    rule: "git-credentials",
    write: async (file) => {
      const work = dirname(dirname(file));
      await tools.run("git", ["init", "-q", work]);
      await tools.run("git", [
        "-C",
        work,
        "remote",
        "add",
        "origin",
        `https://me:${createValue()}@git.example.com/team/app.git`,
      ]);
    },
  },
  {
    path: "etc/ssl/private/server.key",
    rule: "private-key",
    write: async (file) => {
      await tools.run("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file]);
      watchValue(readFileSync(file, "utf8").split("\n")[3]!);
    },
  },
  {
    path: "root/.aws/credentials",
    rule: "aws-credentials",
    write: async (file) => {
      const lines = [
        "[default]",
        `aws_access_key_id = ${watchValue(accessKeyId("ASIA"))}`,
        `aws_secret_access_key = ${watchValue(secretKey())}`,
        `aws_session_token = ${watchValue(sessionToken())}`,
        "",
      ];
      writeFileSync(file, lines.join("\n"));
    },
  },
  {
    path: "var/run/secrets/token",
    rule: "json-web-token",
    write: async (file) => {
      const exp = Math.floor(Date.now() / 1000) + 3600;
      const claims = {
        iss: "https://oidc.cluster.test",
        aud: ["sts.amazonaws.com"],
        sub: "system:serviceaccount:ci:runner",
        exp,
      };
      writeFileSync(file, watchValue(token(claims)));
    },
  },
  {
    path: "usr/local/bin/tool",
    rule: "github-token",
    write: async (file) =>
      writeFileSync(
        file,
        Buffer.concat([Buffer.from("\x7fELF\0\0"), randomBytes(5000), Buffer.from(`\0${watchValue(githubToken())}\0`)]),
      ),
  },
];

/** An image of what they leave, made anew: none of its values is one of the last. */
async function leaveAll(): Promise<string> {
  const folder = createScratch("left");
  for (const { path, write } of leftovers) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    await write(file);
  }
  const layout = createLayout(join(createScratch("layout"), "image"));
  const tar = await tools.run("tar", ["-c", "-C", folder, "--exclude=./app/.git/hooks", "."]);
  const image = await addImage(layout, [tar], { pack: (each) => tools.pipe("zstd", ["-q", "-c"], each) });
  layout.writeIndex({ schemaVersion: 2, manifests: [image] });
  return `oci:${layout.folder}`;
}

describe("what programs leave in an image", () => {
  let scanned: Scanned;
  let findings: readonly Found[];
  let output: string;
  beforeAll(async () => {
    registry = await startRegistry();
    scanned = await scanImage(await leaveAll(), [], { env: nobody });
    ({ findings } = scanned.json);
    output = JSON.stringify(findings.map(({ rule, severity, where }) => [rule, severity, where.path]));
  });

  test.each(leftovers)("$path is a finding of $rule, an error, told once", ({ path, rule }) => {
    const own = findings.filter((each) => placesOf(each).some((place) => place.path === path));
    expect(
      own.map((each) => [each.rule, each.severity]),
      output,
    ).toEqual([[rule, "error"]]);
  });

  test("and nothing else is", () => {
    expect(scanned.status).toBe(1);
    const known = new Set(leftovers.map(({ path }) => path));
    expect(
      findings
        .filter(({ severity }) => severity === "error")
        .flatMap(placesOf)
        .filter(({ path = "" }) => !known.has(path)),
    ).toEqual([]);
  });
});

test("an image that is built again has the same fingerprints, and a baseline of the first allows the second", async () => {
  const [first, second] = [await leaveAll(), await leaveAll()];
  const baseline = join(createScratch("baseline"), "baseline.json");
  const scans = [
    await scanImage(first, ["--baseline", baseline, "--update-baseline"], { env: nobody }),
    await scanImage(second, ["--baseline", baseline], { env: nobody }),
    await scanImage(second, [], { env: nobody }),
  ] as const;
  expect(valuesIn(readFileSync(baseline, "utf8"))).toEqual([]);
  expect(scans[1].json.findings).toEqual([]);
  expect(scans.map(({ status }) => status)).toEqual([0, 0, 1]);
  const again = await scanImage(first, [], { env: nobody });
  const prints = ({ json }: Scanned): readonly string[] => json.findings.map(({ fingerprint }) => fingerprint).sort();
  expect(prints(again)).toEqual(prints(scans[2]));
  expect(new Set(prints(again)).size).toBe(leftovers.length);
});

test("a Debian system with compilers is clean", async () => {
  const tar = await part("image-toolchain");
  const layout = createLayout(join(createScratch("layout"), "image"));
  // Half a gigabyte: it is not held in memory.
  const [hex = ""] = (await tools.run("sha256sum", [tar])).toString().split(" ");
  const digest = `sha256:${hex}`;
  const place = join(layout.folder, "blobs", "sha256", hex);
  try {
    linkSync(tar, place);
  } catch {
    copyFileSync(tar, place);
  }
  const config = {
    os: "linux",
    architecture: "amd64",
    rootfs: { type: "layers", diff_ids: [digest] },
    history: [{ created_by: "ADD root" }],
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: type.manifest,
    config: layout.add(config, type.config),
    layers: [{ mediaType: type.layer, digest, size: statSync(tar).size }],
  };
  layout.writeIndex({ schemaVersion: 2, manifests: [layout.add(manifest, type.manifest)] });
  const scanned = await scanImage(`oci:${layout.folder}`, [], { env: nobody });
  const told = scanned.json.findings.map(
    ({ rule, severity, where }) => `${severity} ${rule} ${where.path} ${where.inner ?? ""}`,
  );
  expect(
    told.filter((line) => line.startsWith("error")),
    told.join("\n"),
  ).toEqual([]);
  expect(scanned.json.skipped).toEqual([]);
  expect(scanned.status).toBe(0);
  expect(scanned.json.stats.files).toBeGreaterThan(10_000);
});
