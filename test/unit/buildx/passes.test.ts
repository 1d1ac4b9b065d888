import { describe, expect, test } from "vitest";
import type { BuildPlan, SecondPass } from "../../../src/buildx/build-plan.ts";
import type { BuilderFacts } from "../../../src/buildx/builder.ts";
import { parseBuildCommand } from "../../../src/buildx/parse-build-command.ts";
import type { PassesAsk } from "../../../src/buildx/pass.ts";
import { planPasses } from "../../../src/buildx/passes.ts";

const node = { name: "n", endpoint: "e", isRunning: true, platforms: ["linux/amd64", "linux/arm64"] };
const builder = (store: BuilderFacts["store"], more: Partial<BuilderFacts> = {}): BuilderFacts => ({
  name: "b",
  driver: store === "cache" ? "docker-container" : "docker",
  store,
  nodes: [node],
  buildkit: [0, 32, 0],
  frontendTakesEnv: true,
  keepsImages: store !== "cache",
  takesSeveralOutputs: true,
  loadsByDefault: store !== "cache",
  ...more,
});

function plan(line: string, more: Partial<PassesAsk> = {}): BuildPlan {
  return planPasses({
    command: parseBuildCommand(line.split(" ")),
    builder: builder("cache"),
    buildx: [0, 36, 0],
    secrets: [],
    add: [],
    progress: "rawjson",
    scan: "gate",
    engineStore: "graph",
    hold: (name) => `/held/${name}`,
    environment: {},
    ...more,
  });
}

const words = (built: BuildPlan, pass = 0) => built.passes[pass]!.words.join(" ");
const outputsOf = (built: BuildPlan, pass = 0) =>
  built.passes[pass]!.words.filter((word) => word.startsWith("--output="));
const secondPass = (built: BuildPlan) => built.publish.find((step): step is SecondPass => step.kind === "second-pass")!;

describe("without a search", () => {
  test("it is the user's command, with the rewritten Dockerfile and our secrets before it", () => {
    const built = plan("-qt a --push -f D --secret id=u,src=/u .", {
      scan: "off",
      progress: "as-asked",
      dockerfile: "/held/D",
      secrets: [{ id: "s", file: "/held/a,b" }],
      add: ["--build-arg=X=1"],
      context: "pinned",
    });
    expect(built).toEqual({
      passes: [
        {
          words: [
            "--build-arg=X=1",
            "--file=/held/D",
            "--secret",
            'id=s,"src=/held/a,b"',
            "-qt",
            "a",
            "--push",
            "--secret",
            "id=u,src=/u",
            "pinned",
          ],
          environment: {},
          subjects: [],
        },
      ],
      publish: [],
      unsearched: [],
    });
  });

  test("a view of our own takes the place of the user's progress, and knows the id that --quiet prints", () => {
    const built = plan("-q --progress=plain .", { scan: "off" });
    expect(built.passes[0]).toMatchObject({
      words: ["--progress=rawjson", "--iidfile=/held/image-id", "."],
      idFile: "/held/image-id",
    });
    expect(words(plan("-q -o out .", { scan: "off" }))).toBe("--progress=rawjson -o out .");
    expect(plan("-q --iidfile i .", { scan: "off" }).passes[0]).toMatchObject({ idFile: "i" });
  });

  test("a question is no build, and is asked as it is", () => {
    expect(words(plan("--check --push .", { progress: "as-asked" }))).toBe("--check --push .");
  });
});

describe.each(["graph", "containerd"] as const)("in the engine's %s store", (store) => {
  const inEngine = (line: string) => plan(line, { builder: builder(store) });

  test("the image has no name until it was searched; then it is tagged, then pushed", () => {
    const built = inEngine("-t a:1 --tag b --push --no-cache .");
    expect(words(built)).toBe(
      "--progress=rawjson --metadata-file=/held/metadata.json --iidfile=/held/image-id --no-cache .",
    );
    expect(built.passes[0]).toMatchObject({
      subjects: [{ kind: "engine-image" }],
      environment: { BUILDX_METADATA_PROVENANCE: "disabled" },
      idFile: "/held/image-id",
    });
    expect(built.publish).toEqual([
      { kind: "tag", reference: "a:1" },
      { kind: "tag", reference: "b" },
      { kind: "push", reference: "a:1" },
      { kind: "push", reference: "b" },
    ]);
  });

  test("a build without an output is in the engine under its tags", () => {
    expect(inEngine("-t a .").publish).toEqual([{ kind: "tag", reference: "a" }]);
    expect(inEngine(".").publish).toEqual([]);
    expect(inEngine("--load -t a .").publish).toEqual([{ kind: "tag", reference: "a" }]);
  });

  test("what makes the image stays, what names or pushes it goes", () => {
    const built = inEngine("-o type=image,name=a,push=true,compression=zstd .");
    expect(outputsOf(built)).toEqual(["--output=type=image,compression=zstd"]);
    expect(built.publish).toEqual([
      { kind: "tag", reference: "a" },
      { kind: "push", reference: "a" },
    ]);
  });

  test("files are made in a held place and moved after", () => {
    const built = inEngine("-t a --load -o out -o type=tar,dest=root.tar .");
    expect(outputsOf(built)).toEqual([
      "--output=type=image",
      "--output=type=local,dest=/held/files-0",
      "--output=type=tar,dest=/held/archive-1.tar",
    ]);
    expect(words(built)).not.toContain("iidfile");
    expect(built.passes[0]!.subjects).toEqual([
      { kind: "engine-image" },
      { kind: "files", folder: "/held/files-0" },
      { kind: "rootfs-archive", at: { file: "/held/archive-1.tar" } },
    ]);
    expect(built.publish).toEqual([
      { kind: "tag", reference: "a" },
      { kind: "move-folder", from: "/held/files-0", to: "out", replace: false },
      { kind: "move-file", from: "/held/archive-1.tar", to: "root.tar" },
    ]);
  });

  test("what the user wants written about the build is written after it was published", () => {
    const built = inEngine("-t a --metadata-file m --iidfile i .");
    expect(built.passes[0]!.environment).toEqual({});
    expect(built.publish.slice(1)).toEqual([
      { kind: "record", from: "/held/image-id", to: "i" },
      { kind: "record", from: "/held/metadata.json", to: "m", names: ["a"] },
    ]);
  });

  test("a push by digest alone, and a push to nowhere, are errors before anything is built", () => {
    expect(() => inEngine("-o type=image,name=a,push-by-digest=true,push=true .")).toThrow("by digest alone");
    expect(() => inEngine("--push .")).toThrow("no name to push to");
  });
});

test("the engine's old store exports no archives, the containerd one does, under their names", () => {
  const line = "-t a -o type=oci,dest=x.tar .";
  expect(() => plan(line, { builder: builder("graph") })).toThrow(expect.objectContaining({ code: "OUTPUT" }));
  const built = plan(line, { builder: builder("containerd") });
  expect(outputsOf(built)).toEqual(["--output=type=oci,dest=/held/archive-0.tar,name=a"]);
  expect(words(built)).not.toContain("-t a");
});

describe("with another driver", () => {
  test("an image is searched on its way here, and pushed from here: by digest, then under its tags", () => {
    const built = plan("-t r/a:1 -t r/a -t q/b:2 --push --no-cache --pull .");
    expect(words(built)).toBe(
      "--progress=rawjson --output=type=oci,dest=-,attestation-inline=true --metadata-file=/held/metadata.json --iidfile=/held/image-id -t r/a:1 -t r/a -t q/b:2 --no-cache --pull .",
    );
    expect(built.passes[0]!.subjects).toEqual([{ kind: "oci-archive", at: "stdout", keep: { folder: "/held/image" } }]);
    expect(built.publish).toEqual([
      {
        kind: "push-layout",
        pass: 0,
        folder: "/held/image",
        targets: [
          { repository: "r/a", references: ["r/a:1", "r/a:latest"] },
          { repository: "q/b", references: ["q/b:2"] },
        ],
      },
    ]);
  });

  test("a push by digest alone sets no tag", () => {
    const built = plan("-o type=image,name=r/a,push-by-digest=true,name-canonical=true,push=true,compression=zstd .");
    expect(outputsOf(built)).toEqual(["--output=type=oci,dest=-,compression=zstd,attestation-inline=true,name=r/a"]);
    expect(built.publish).toMatchObject([{ kind: "push-layout", targets: [{ repository: "r/a", references: [] }] }]);
  });

  test("a buildx before 0.33 pushes by a second pass that has no secrets and reruns nothing", () => {
    const line =
      "-t r/a:1 --push --no-cache --pull --no-cache-filter s --secret id=u,src=/u --secret id=GIT_AUTH_TOKEN,env=T --ssh default --build-arg A=1 .";
    const built = plan(line, { buildx: [0, 32, 1], secrets: [{ id: "s", file: "/held/s" }], dockerfile: "/held/D" });
    expect(built.passes[0]!.subjects).toEqual([{ kind: "oci-archive", at: "stdout" }]);
    expect(words(built)).toContain("--secret id=s,src=/held/s");
    const second = secondPass(built);
    expect(second.words.join(" ")).toBe(
      "--file=/held/D --progress=rawjson --output=type=image,unpack=false,push=true,name=r/a,push-by-digest=true,name-canonical=true --metadata-file=/held/pushed-0.json --secret id=GIT_AUTH_TOKEN,env=T --ssh default --build-arg A=1 .",
    );
    expect(second).toMatchObject({ compare: "image", targets: [{ repository: "r/a", references: ["r/a:1"] }] });
  });

  test("a registry that only BuildKit is told to trust is pushed to under the tags, and said where it cannot be compared", () => {
    const line = "-t r/a:1 -o type=registry,registry.insecure=true";
    const built = plan(`${line} .`);
    expect(secondPass(built).words.join(" ")).toContain("registry.insecure=true,push=true,name=r/a:1 ");
    expect(secondPass(built)).toMatchObject({ compare: "cache", targets: [] });
    expect(built.unsearched).toHaveLength(1);
    const bare = plan(`${line} --provenance=false .`);
    expect(secondPass(bare)).toMatchObject({ compare: "image" });
    expect(bare.unsearched).toEqual([]);
  });

  test("an archive has the media types that a push from an old BuildKit would have", () => {
    const old = { builder: builder("cache", { buildkit: [0, 20, 0] }) };
    expect(outputsOf(plan("-t a --push --provenance=false .", old))[0]).toContain("oci-mediatypes=false");
    expect(outputsOf(plan("-t a --push .", old))[0]).not.toContain("mediatypes");
    expect(outputsOf(plan("-t a --push --provenance=false --sbom=true .", old))[0]).not.toContain("mediatypes");
    expect(outputsOf(plan("-t a --push --provenance=false .", { ...old, environment: {} }))[0]).toContain(
      "oci-mediatypes=false",
    );
    expect(
      outputsOf(plan("-t a --push .", { ...old, environment: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" } }))[0],
    ).toContain("oci-mediatypes=false");
    expect(outputsOf(plan("-t a --push --provenance=false ."))[0]).not.toContain("mediatypes");
  });

  test("--load keeps the archive that was searched and loads it", () => {
    const built = plan("-t a --load .");
    expect(outputsOf(built)).toEqual(["--output=type=docker,dest=-"]);
    expect(built.passes[0]!.subjects).toEqual([
      { kind: "docker-archive", at: "stdout", keep: { file: "/held/load-0.tar" } },
    ]);
    expect(built.publish).toEqual([{ kind: "load", file: "/held/load-0.tar" }]);
    const oci = plan("-t a -o type=docker,context=far .", { engineStore: "containerd" });
    expect(outputsOf(oci)).toEqual(["--output=type=oci,dest=-"]);
    expect(oci.publish).toEqual([{ kind: "load", file: "/held/load-0.tar", context: "far" }]);
  });

  test("of a push and a load one comes on stdout and the other in a file", () => {
    const built = plan("-t r/a --push --load .");
    expect(outputsOf(built)).toEqual([
      "--output=type=oci,dest=-,attestation-inline=true",
      "--output=type=docker,dest=/held/load-0.tar",
    ]);
    expect(built.publish.map(({ kind }) => kind)).toEqual(["push-layout", "load"]);
  });

  test("a build without an output is searched, and kept nowhere", () => {
    const built = plan(".");
    expect(built.passes[0]!.subjects).toEqual([{ kind: "oci-archive", at: "stdout" }]);
    expect(built).toMatchObject({ publish: [], unsearched: [] });
  });

  test("a builder that loads by default loads", () => {
    const loading = { builder: builder("cache", { loadsByDefault: true }) };
    expect(plan("-t a .", loading).publish).toMatchObject([{ kind: "load" }]);
    expect(plan("-t a .", { ...loading, environment: { BUILDX_NO_DEFAULT_LOAD: "true" } }).publish).toEqual([]);
  });

  test.each([
    [
      "-o out",
      "type=local,dest=/held/files-0",
      { kind: "files", folder: "/held/files-0" },
      { kind: "move-folder", to: "out", replace: false },
    ],
    [
      "-o type=local,dest=out,mode=delete",
      "type=local,dest=/held/files-0",
      { kind: "files" },
      { kind: "move-folder", replace: true },
    ],
    [
      "-o -",
      "type=tar,dest=/held/archive-0.tar",
      { kind: "rootfs-archive" },
      { kind: "stdout", from: "/held/archive-0.tar" },
    ],
    [
      "-o type=oci,dest=x.tar",
      "type=oci,dest=/held/archive-0.tar",
      { kind: "oci-archive" },
      { kind: "move-file", to: "x.tar" },
    ],
    [
      "-o type=docker,dest=x.tar",
      "type=docker,dest=/held/archive-0.tar",
      { kind: "docker-archive" },
      { kind: "move-file", to: "x.tar" },
    ],
    ["-o type=oci", "type=oci,dest=/held/archive-0.tar", { kind: "oci-archive" }, { kind: "stdout" }],
    [
      "-o type=oci,tar=false,dest=lay",
      "type=oci,dest=/held/layout-0,tar=false",
      { kind: "oci-layout", folder: "/held/layout-0" },
      { kind: "merge-layout", to: "lay" },
    ],
  ])("%s is held, searched and moved", (flags, output, subject, step) => {
    const built = plan(`${flags} .`);
    expect(outputsOf(built)).toEqual([`--output=${output}`]);
    expect(built.passes[0]!.subjects).toMatchObject([subject]);
    expect(built.publish).toMatchObject([step]);
  });

  test("an output of an unknown type, and a folder without a name, are errors", () => {
    expect(() => plan("-o type=brand-new,dest=x .")).toThrow(expect.objectContaining({ code: "OUTPUT" }));
    expect(() => plan("-o type=local .")).toThrow("needs a folder");
    expect(() => plan("--push .")).toThrow("no name to push to");
  });

  test("cacheonly is said not to be searched, unless a cache leaves: then it is", () => {
    const built = plan("-o type=cacheonly .");
    expect(outputsOf(built)).toEqual(["--output=type=cacheonly"]);
    expect(built.unsearched).toHaveLength(1);
    const cached = plan("-o type=cacheonly --cache-to r/c .");
    expect(cached.unsearched).toEqual([]);
    expect(cached.passes[0]!.subjects).toEqual([{ kind: "cache-layout", folder: "/held/cache-0" }]);
  });

  test("an image that the builder keeps is named by a second pass, where it keeps any", () => {
    expect(plan("-t a -o type=image .").publish).toEqual([]);
    const keeping = plan("-t a -o type=image --provenance=false .", {
      builder: builder("cache", { keepsImages: true }),
    });
    expect(secondPass(keeping).words.join(" ")).toContain("--output=type=image,name=a ");
  });

  test("images of several forms cannot be pushed at once", () => {
    const line = "-o type=registry,name=a,compression=zstd -o type=registry,name=b .";
    expect(() => plan(line)).toThrow("several forms");
  });
});

describe("of a cache export", () => {
  test("one to a registry is made here, searched, and pushed from here", () => {
    const built = plan(
      "-t a --push --cache-to type=registry,ref=r/c,mode=max,ignore-error=true,compression=zstd --cache-from r/c .",
    );
    expect(words(built)).toContain("--cache-to=type=local,mode=max,compression=zstd,dest=/held/cache-0 ");
    expect(words(built)).toContain("--cache-from r/c");
    expect(built.passes[0]!.subjects[1]).toEqual({ kind: "cache-layout", folder: "/held/cache-0" });
    expect(built.publish[1]).toEqual({ kind: "push-cache", folder: "/held/cache-0", reference: "r/c", mayFail: true });
  });

  test("one to a folder is made beside it and merged into it", () => {
    const built = plan("--cache-to type=local,dest=c,tag=t .");
    expect(words(built)).toContain("--cache-to=type=local,tag=t,dest=/held/cache-0");
    expect(built.publish).toEqual([{ kind: "merge-layout", from: "/held/cache-0", to: "c" }]);
  });

  test("an inline one is in the image, so in every pass that makes it", () => {
    const built = plan("-t r/a --push --cache-to type=inline .", { buildx: [0, 29, 1] });
    expect(words(built)).toContain("--cache-to=type=inline");
    expect(secondPass(built).words).toContain("--cache-to=type=inline");
  });

  test("any other is written by a second pass without secrets; of mode=max all is searched before", () => {
    const built = plan("-t r/a --push --secret id=u,src=/u --cache-to type=gha,mode=max,scope=x .");
    expect(words(built)).toContain("--cache-to=type=local,mode=max,dest=/held/cache-0");
    expect(secondPass(built)).toMatchObject({ compare: "cache" });
    const second = secondPass(built).words.join(" ");
    expect(second).toContain("--output=type=cacheonly --cache-to=type=gha,mode=max,scope=x");
    expect(second).not.toContain("secret");
    const small = plan("-t r/a --push --cache-to type=gha .");
    expect(words(small)).not.toContain("cache-to");
    expect(secondPass(small).words.join(" ")).toContain("--cache-to=type=gha");
  });

  test("a registry's cache goes by a second pass where buildx pushes no layouts", () => {
    const built = plan("--cache-to r/c .", { buildx: [0, 29, 1] });
    expect(secondPass(built).words).toContain("--cache-to=type=registry,ref=r/c");
  });

  test("the engine's old store exports none: Docker says so in the first pass", () => {
    const built = plan("-t a --cache-to type=gha .", { builder: builder("graph") });
    expect(words(built)).toContain("--cache-to=type=local,dest=/held/cache-0");
    expect(built.publish.map(({ kind }) => kind)).toEqual(["tag"]);
  });
});

describe("with several nodes", () => {
  const nodes = ["linux/amd64", "linux/arm64"].map((platform) => ({ ...node, platforms: [platform] }));
  const several = { builder: builder("cache", { nodes }) };

  test("each builds its platforms in a pass of its own, pushed by digest and then joined", () => {
    const built = plan("-t r/a:1 --push --platform linux/amd64,linux/arm64/v8 --platform linux/386 .", several);
    expect(built.passes.map((pass) => pass.words.find((word) => word.startsWith("--platform")))).toEqual([
      "--platform=linux/amd64,linux/386",
      "--platform=linux/arm64/v8",
    ]);
    expect(built.passes[1]).toMatchObject({
      metadataFile: "/held/metadata-1.json",
      subjects: [{ keep: { folder: "/held/image-1" } }],
    });
    expect(built.publish).toEqual([
      { kind: "push-layout", pass: 0, folder: "/held/image", targets: [{ repository: "r/a", references: [] }] },
      { kind: "push-layout", pass: 1, folder: "/held/image-1", targets: [{ repository: "r/a", references: [] }] },
      { kind: "join", targets: [{ repository: "r/a", references: ["r/a:1"] }] },
    ]);
  });

  test("one platform, or one node for all, is one pass", () => {
    expect(plan("-t r/a --push --platform linux/arm64 .", several).passes).toHaveLength(1);
    expect(plan("-t r/a --push --platform linux/amd64,linux/386 .", several).passes).toHaveLength(1);
    expect(plan("-t r/a --push .", several).passes).toHaveLength(1);
  });

  test("files of all nodes come in one pass, and not together with a push", () => {
    expect(plan("-o out --platform linux/amd64,linux/arm64 .", several).passes).toHaveLength(1);
    const both = "-t r/a --push -o out --platform linux/amd64,linux/arm64 .";
    expect(() => plan(both, several)).toThrow(expect.objectContaining({ code: "OUTPUT" }));
  });
});

test("a flag that we do not know is passed on, and said", () => {
  const built = plan("--brand-new=1 -t a --push .");
  expect(words(built)).toContain("--brand-new=1");
  expect(built.unsearched).toEqual([expect.stringContaining("brand-new")]);
});

test("nothing that publishes is ever in a first pass", () => {
  for (const store of ["graph", "containerd", "cache"] as const) {
    const line =
      "-t r/a:1 --push --load -o type=registry,name=r/a --iidfile i --metadata-file m --cache-to r/c --cache-to type=s3,bucket=b .";
    for (const { words: pass } of plan(line, { builder: builder(store) }).passes) {
      const text = pass.join(" ");
      expect(text).not.toMatch(/push|--load|type=registry|type=s3|--iidfile=i |--metadata-file=m |r\/c/);
      if (store !== "cache") expect(text).not.toContain("r/a:1");
    }
  }
});
