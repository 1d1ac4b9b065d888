import { randomBytes, randomInt } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Encoding, ImagePlace } from "../../../src/finding/finding.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { type Needle, needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { type Form, inPieces, type MadeImage, makeArchive, type Packing } from "../image/made-image.ts";
import { type MadeEntry, makeTar } from "../layer/made-tar.ts";
import { makeZip } from "../layer/made-zip.ts";

const nowSeconds = 1_800_000_000;

function scan(archive: Buffer, needles: readonly Needle[], pieceBytes?: number): Promise<ImageScan> {
  return scanArchive(inPieces(archive, pieceBytes), { needles, nowSeconds });
}

function newSecret(name = "the-token"): Secret {
  return new Secret(name, `${randomBytes(24).toString("base64")}"&'${randomBytes(6).toString("hex")}`);
}

/** One form of the secret, at random; those that fit the place. */
function anyForm(secret: Secret, fits: (needle: Needle) => boolean = () => true): Needle["encoded"] {
  const forms = needlesOf(secret, "scan").filter((needle) => !needle.encoded.variant.includes("line ") && fits(needle));
  return forms[randomInt(forms.length)]!.encoded;
}

/** A document's text that is nothing else is decoded. */
const isWholeBase64 = ({ encoding, variant }: Needle["encoded"]) => encoding === "base64" && variant === "offset 0";
const isText = ({ encoded }: Needle) => !encoded.encoding.startsWith("utf-16");
const isShort = (needle: Needle) =>
  isText(needle) && needle.encoded.bytes.length < 95 && !needle.encoded.bytes.includes(0x2f);

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

type Planting = {
  readonly form: Needle["encoded"];
  /** The entry that holds it, at `etc/planted` where it has a place in the tree. */
  readonly entry: MadeEntry;
  readonly expected: Partial<ImagePlace>;
  readonly encoding?: Encoding;
};

test.each(["070701", "#!", "!<arch>\n", "PK\x03\x04", "Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c"])(
  "a layer is one whatever its first file is called: %j",
  async (name) => {
    const secret = newSecret();
    const packed = { name: "packed.gz", content: gzipSync(secret.exposeText()) };
    const { complete, findings } = await scan(
      makeArchive([{ layers: [[{ name }, packed]] }]),
      needlesOf(secret, "scan"),
    );
    expect(complete).toBe(true);
    expect(findings).toMatchObject([{ where: { path: "packed.gz" } }]);
  },
);

test.each(["none", "gzip", "zstd"] as const)("no bytes are an empty layer (%s)", async (packing) => {
  const image = { layers: [Buffer.alloc(0), [{ name: "a", content: "b" }]] };
  const { complete, skipped, images } = await scan(makeArchive([image], { packing }), []);
  expect(skipped).toEqual([]);
  expect(complete).toBe(true);
  expect(images[0]!.layers).toHaveLength(2);
});

test("what a compressed archive says beside its content is searched, too", async () => {
  const secret = newSecret();
  const value = Buffer.from(secret.exposeText());
  const archive = makeArchive([{ layers: [[{ name: "a", content: "b" }]] }]);
  const header = Buffer.from("1f8b0808000000000003", "hex");
  const named = Buffer.concat([header, value, Buffer.alloc(1), gzipSync(archive).subarray(10)]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  const skippable = Buffer.concat([Buffer.from("5e2a4d18", "hex"), length, value, zstdCompressSync(archive)]);
  for (const packed of [named, skippable]) {
    const { complete, findings } = await scan(packed, needlesOf(secret, "scan"));
    expect(complete).toBe(true);
    expect(findings).toHaveLength(1);
    expect((await scan(packed, needlesOf(newSecret(), "scan"))).findings).toEqual([]);
  }
});

test("a document that is larger than it was said to be is searched, and not parsed", async () => {
  const secret = newSecret();
  const text = JSON.stringify({ pad: "x".repeat(5 << 20), note: secret.exposeText() });
  const { findings } = await scan(
    makeArchive([{ layers: [[{ name: "a", content: "b" }]], attestations: [text] }]),
    needlesOf(secret, "scan"),
  );
  expect(findings).toHaveLength(1);
});

const layerSurfaces: Record<string, (secret: Secret) => Planting> = {
  "a file's content": (secret) => {
    const form = anyForm(secret);
    const content = Buffer.concat([Buffer.from("first line\nkey = "), form.bytes, Buffer.from("\n")]);
    return {
      form,
      entry: { name: "etc/planted", content },
      expected: { surface: "layer", path: "etc/planted", offset: 17 },
    };
  },
  "a file's name": (secret) => {
    const form = anyForm(secret, isShort);
    return { form, entry: { name: text(form.bytes), content: "x" }, expected: { surface: "path" } };
  },
  "a link's target": (secret) => {
    const form = anyForm(secret, isShort);
    return {
      form,
      entry: { name: "etc/planted", type: "2", link: text(form.bytes) },
      expected: { surface: "path", path: "etc/planted" },
    };
  },
  "a long name": (secret) => {
    const form = anyForm(secret, isText);
    const name = `${"d".repeat(120)}-${text(form.bytes)}`;
    return { form, entry: { name: "etc/planted", longName: name }, expected: { surface: "path" } };
  },
  "an extended attribute": (secret) => {
    const form = anyForm(secret);
    return {
      form,
      entry: { name: "etc/planted", content: "x", pax: { "SCHILY.xattr.user.note": text(form.bytes) } },
      expected: { surface: "metadata", path: "etc/planted" },
    };
  },
  "old bytes after a file": (secret) => {
    const form = anyForm(secret, ({ encoded }) => encoded.bytes.length < 500);
    return {
      form,
      entry: { name: "etc/planted", content: "x", padding: text(form.bytes) },
      expected: { surface: "slack", path: "etc/planted" },
    };
  },
  "a gzip file": (secret) => {
    const form = anyForm(secret);
    return {
      form,
      entry: { name: "etc/planted", content: gzipSync(form.bytes) },
      expected: { surface: "layer", path: "etc/planted", offset: 0 },
      ...(form.encoding === "raw" ? { encoding: "gzip" } : {}),
    };
  },
  "a zstd file": (secret) => {
    const form = anyForm(secret);
    return {
      form,
      entry: { name: "etc/planted", content: zstdCompressSync(form.bytes) },
      expected: { surface: "layer", path: "etc/planted", offset: 0 },
      ...(form.encoding === "raw" ? { encoding: "zstd" } : {}),
    };
  },
  "a tar.gz": (secret) => {
    const form = anyForm(secret);
    const tar = makeTar([
      { name: "a", content: "b" },
      { name: "./in/side", content: form.bytes },
    ]);
    return {
      form,
      entry: { name: "etc/planted", content: gzipSync(tar) },
      expected: { surface: "layer", path: "etc/planted", inner: ["in/side"], offset: 0 },
      ...(form.encoding === "raw" ? { encoding: "gzip" } : {}),
    };
  },
  "a tar": (secret) => {
    const form = anyForm(secret);
    return {
      form,
      entry: { name: "etc/planted", content: makeTar([{ name: "inside", content: form.bytes }]) },
      expected: { surface: "layer", path: "etc/planted", inner: ["inside"], offset: 0 },
    };
  },
  "a zip": (secret) => {
    const form = anyForm(secret);
    const zip = makeZip([
      { name: "first", content: "x".repeat(5000), method: "deflate", streamed: randomInt(2) === 1 },
      { name: "inside", content: form.bytes, method: "deflate", streamed: randomInt(2) === 1 },
    ]);
    return {
      form,
      entry: { name: "etc/planted", content: zip },
      expected: { surface: "layer", path: "etc/planted", inner: ["inside"], offset: 0 },
    };
  },
  "a zip in a tar.gz": (secret) => {
    const form = anyForm(secret);
    const zip = makeZip([{ name: "inside", content: form.bytes, method: "deflate" }]);
    return {
      form,
      entry: { name: "etc/planted", content: gzipSync(makeTar([{ name: "lib.jar", content: zip }])) },
      expected: { surface: "layer", path: "etc/planted", inner: ["lib.jar", "inside"] },
      ...(form.encoding === "raw" ? { encoding: "gzip" } : {}),
    };
  },
};

const packings: readonly Packing[] = ["none", "gzip", "zstd"];
const other: readonly MadeEntry[] = [
  { name: "usr/", type: "5" },
  { name: "usr/lib", content: randomBytes(3000) },
];

function named(path: string, content: string): MadeEntry {
  return path.length > 99 ? { name: "short", longName: path, content } : { name: path, content };
}

const later: Record<string, (path: string) => readonly MadeEntry[]> = {
  present: () => [{ name: "etc/other", content: "x" }],
  overwritten: (path) => [named(path, "nothing")],
  deleted: (path) => [
    named(
      path.replace(/[^/]*$/, (name) => `.wh.${name}`),
      "",
    ),
  ],
};

describe("one planted value", () => {
  for (const [surface, plant] of Object.entries(layerSurfaces)) {
    for (const packing of packings) {
      for (const [fate, write] of Object.entries(later)) {
        test(`in ${surface}, ${fate}, layers packed with ${packing}, is found where it is and named`, async () => {
          const secret = newSecret();
          const { form, entry, expected, encoding } = plant(secret);
          const path = entry.longName ?? entry.name;
          const image: MadeImage = { layers: [other, [...other, entry], write(path)] };
          const archive = makeArchive([image], { form: packing === "none" ? "docker" : "oci", packing });
          const result = await scan(archive, needlesOf(secret, "scan"));

          expect(result).toMatchObject({ complete: true, skipped: [] });
          // Who writes or deletes a file whose name is the value says the value again.
          const again = expected.surface === "path" && surface !== "a link's target" && fate !== "present";
          expect(result.findings).toHaveLength(again ? 2 : 1);
          const [finding] = result.findings;
          expect(finding).toMatchObject({
            rule: "known-value",
            severity: "error",
            secret: { name: "the-token", encoding: encoding ?? form.encoding },
            where: { ...expected, platform: "linux/amd64", layer: { index: 1, createdBy: "RUN step 1" } },
          });
          expect((finding!.where as ImagePlace).deletedIn).toBe(fate === "present" ? undefined : 2);
          expectNoValue(result, secret);

          const without = makeArchive([{ layers: [other, other, write(path)] }], { packing });
          expect((await scan(without, needlesOf(newSecret(), "scan"))).findings).toEqual([]);
        });
      }
    }
  }

  const documents: Record<string, (value: string) => { image: Partial<MadeImage>; place: Partial<ImagePlace> }> = {
    "a variable": (value) => ({
      image: { env: ["PATH=/bin", `KEY=${value}`] },
      place: { surface: "config", path: "config.Env.KEY" },
    }),
    "a label": (value) => ({
      image: { labels: { maintainer: value } },
      place: { surface: "config", path: "config.Labels.maintainer" },
    }),
    "the history": (value) => ({
      image: { history: [{ created_by: "ADD x" }, { created_by: `ARG K=${value}`, empty_layer: true }] },
      place: { surface: "history", path: "history[1].created_by" },
    }),
    "an annotation": (value) => ({
      image: { annotations: { note: value } },
      place: { surface: "annotation", path: "annotations.note" },
    }),
    "an attestation": (value) => ({
      image: {
        attestations: [
          { _type: "https://in-toto.io/Statement/v1", predicateType: "x", predicate: { args: { K: value } } },
        ],
      },
      place: { surface: "attestation", path: "predicate.args.K", platform: "linux/amd64" },
    }),
    "the payload of a signed attestation": (value) => ({
      image: {
        attestations: [
          {
            payloadType: "application/vnd.in-toto+json",
            payload: Buffer.from(JSON.stringify({ predicate: { invocation: { K: value } } })).toString("base64"),
            signatures: [],
          },
        ],
      },
      place: { surface: "attestation", path: "payload", inner: ["predicate.invocation.K"] },
    }),
  };
  for (const [surface, plant] of Object.entries(documents)) {
    for (const form of ["oci", "docker", "legacy"] as const) {
      if (form === "legacy" && !/variable|label|history/.test(surface)) continue;
      test(`in ${surface} of an archive in ${form} form is found and named`, async () => {
        const secret = newSecret();
        const encoded = anyForm(secret, ({ encoded: one }) => !isWholeBase64(one));
        const { image, place } = plant(text(encoded.bytes));
        const result = await scan(makeArchive([{ layers: [other], ...image }], { form }), needlesOf(secret, "scan"));
        expect(result).toMatchObject({ complete: true, skipped: [] });
        expect(result.findings).toMatchObject([
          { rule: "known-value", secret: { name: "the-token", encoding: encoded.encoding }, where: place },
        ]);
        expectNoValue(result, secret);
      });
    }
  }

  test("in a text of a signed attestation's payload that is base64 itself is told as what is in it", async () => {
    const secret = newSecret();
    const { encoded } = needlesOf(secret, "scan").find((needle) => isWholeBase64(needle.encoded))!;
    const { image } = documents["the payload of a signed attestation"]!(text(encoded.bytes));
    const result = await scan(makeArchive([{ layers: [other], ...image }]), needlesOf(secret, "scan"));
    expect(result.findings).toMatchObject([
      {
        rule: "known-value",
        secret: { name: "the-token", encoding: "raw" },
        where: { surface: "attestation", path: "payload", inner: ["predicate.invocation.K", "base64"] },
      },
    ]);
  });

  test("in a variable's name, a path and an instruction at once is nowhere in what is said", async () => {
    const secret = new Secret("the-token", randomBytes(20).toString("hex"));
    const value = secret.exposeText();
    const image: MadeImage = {
      layers: [
        [{ name: `etc/${value}/${value}`, content: value }],
        [{ name: "etc/config.log", content: `TOKEN=${value}` }],
      ],
      env: [`${value}=x`],
      labels: { [value]: value },
      history: [
        { created_by: `RUN echo ${value}` },
        { created_by: `RUN two ${Buffer.from(value).toString("base64")}` },
      ],
      platform: `linux/${value}`,
      annotations: { [value]: value },
    };
    const result = await scan(makeArchive([image]), needlesOf(secret, "scan"));
    expect(result.findings.length).toBeGreaterThan(3);
    expectNoValue(result, secret);
  });
});

/** The canary: whatever is said of an image, no form of the value is in it. */
function expectNoValue(result: ImageScan, secret: Secret): void {
  const said = Buffer.from(JSON.stringify(result));
  for (const { encoded, windows, windowBytes } of needlesOf(secret, "mask")) {
    const part = windows ? encoded.bytes.subarray(0, windowBytes) : encoded.bytes;
    expect(said.includes(Buffer.from(part)), `${encoded.encoding}, ${encoded.variant}`).toBe(false);
  }
}

describe("an archive", () => {
  test.each(["oci", "docker", "legacy"] satisfies Form[])(
    "in %s form is put together from its documents",
    async (form) => {
      const image: MadeImage = {
        layers: [[{ name: "a", content: "1" }], [{ name: "b", content: "2" }]],
        history: [
          { created_by: "ADD root" },
          { created_by: "ENV A=b", empty_layer: true },
          { created_by: "RUN make" },
          { created_by: "CMD run", empty_layer: true },
        ],
      };
      const result = await scan(makeArchive([image], { form }), []);
      expect(result).toMatchObject({
        complete: true,
        images: [
          {
            platform: "linux/amd64",
            history: [{ layer: 0 }, { layer: undefined }, { layer: 1 }, { layer: undefined }],
            layers: [
              { index: 0, createdBy: "ADD root", historyIndex: 0 },
              { index: 1, createdBy: "RUN make", historyIndex: 2 },
            ],
          },
        ],
        stats: { files: 2, layers: 2 },
      });
      expect(result.images).toHaveLength(1);
    },
  );
});
