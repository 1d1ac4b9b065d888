import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { runDocker } from "./docker.ts";
import type { Place } from "./place.ts";
import type { Fill } from "./plant.ts";
import { pushBothPlatforms, pushSbomGenerator } from "./scan-base.ts";
import type { Place as Where } from "./scan-image.ts";
import { type InGit, type Nested, textPlace, writeGit, writeNested } from "./scan-nested.ts";
import { createScratch } from "./scratch.ts";
import type { ImageTools } from "./service/image-tool.ts";

/** The layers of the image, over its base; between them lies one that holds nothing. */
export const layers = { base: 0, files: 1, only: 2, changed: 4, ran: 5 } as const;
type LayerName = keyof typeof layers;

/** Where a value was put, and so has to be found. */
export interface Row {
  readonly name: string;
  readonly where: Partial<Omit<Where, "layer">> & { readonly surface: string };
  readonly layer?: LayerName;
  /** The only platform that has it. */
  readonly only?: string;
  /** It belongs to the image and to no platform of it. */
  readonly shared?: boolean;
  readonly encoding?: string;
  /** What else holds it, for it was made from the same words. */
  readonly also?: readonly string[];
}

const inLayer = (name: string, layer: LayerName, path: string, more: Partial<Where> = {}): Row => ({
  name,
  layer,
  where: { surface: "layer", path, ...more },
});

const before = "first line\nsecond line\nkey = ";

const fileRows: readonly Row[] = [
  inLayer("text", "files", "t/text", { line: 3, offset: before.length }),
  inLayer("binary", "files", "t/binary", { offset: 4099 }),
  inLayer("overwritten", "files", "t/overwritten", { line: 1, offset: 0, deletedIn: layers.changed }),
  inLayer("deleted", "files", "t/deleted", { line: 1, offset: 0, deletedIn: layers.changed }),
  inLayer("deleted with its folder", "files", "t/folder/in/it", { deletedIn: layers.changed }),
  { name: "name", layer: "files", where: { surface: "path", path: "t/[secret name]" } },
  { name: "folder name", layer: "files", where: { surface: "path", path: "t/[secret folder name]" } },
  { name: "link target", layer: "files", where: { surface: "path", path: "t/link" } },
  { ...inLayer("amd64", "only", "only/file"), only: "linux/amd64" },
  { ...inLayer("arm64", "only", "only/file"), only: "linux/arm64" },
  { ...inLayer("written by a step", "ran", "written"), also: ["history", "attestation"] },
];

const config = (name: string, path: string): Row => ({
  name,
  where: { surface: "config", path },
  // A working directory is made, and its name is then a file's.
  also: ["attestation", "history", ...(name === "workdir" ? ["path"] : [])],
});
const configRows: readonly Row[] = [
  config("env", "config.Env.TABLE_ENV"),
  config("label", "config.Labels.org.example.table"),
  config("cmd", "config.Cmd[1]"),
  config("entrypoint", "config.Entrypoint[1]"),
  config("healthcheck", "config.Healthcheck.Test[1]"),
  config("onbuild", "config.OnBuild[0]"),
  config("workdir", "config.WorkingDir"),
  config("user", "config.User"),
  config("shell", "config.Shell[2]"),
  { name: "history", where: { surface: "history" }, also: ["attestation"] },
  { name: "build argument", where: { surface: "history" }, also: ["attestation"] },
];

const aboutRows: readonly Row[] = [
  { name: "provenance", where: { surface: "attestation" } },
  { name: "sbom", where: { surface: "attestation", path: "predicate.packages[0].downloadLocation" } },
  { name: "manifest annotation", where: { surface: "annotation", path: "annotations.org.example.manifest" } },
  { name: "index annotation", where: { surface: "annotation", path: "annotations.org.example.index" }, shared: true },
];

const gitRow = ({ name, path, inner }: InGit): Row =>
  inLayer(
    name,
    "files",
    `t/project/.git/${path}`,
    inner === undefined ? textPlace : { inner: [expect.stringContaining(inner)] },
  );

const nestedRow = ({ name, path, inner }: Nested): Row =>
  inLayer(name, "files", `t/nested/${path}`, { ...(inner.length === 0 ? {} : { inner }), ...textPlace });

export interface Table {
  readonly rows: readonly Row[];
  /** Builds it (only the first time in earnest) and writes an OCI archive. */
  readonly exportTo: (file: string, options: string) => Promise<void>;
}

/** An image for two platforms with a value in every place that a build can leave one. */
export async function buildTable(place: Place, tools: ImageTools, repository: string, fill: Fill): Promise<Table> {
  const folder = createScratch("table");
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write("tree/text", `${before}${fill("text")}\nlast line\n`);
  write("tree/binary", Buffer.concat([Buffer.alloc(4099, "\0\x01\x02"), Buffer.from(fill("binary")), Buffer.alloc(9)]));
  write("tree/overwritten", fill("overwritten"));
  write("tree/deleted", fill("deleted"));
  write("tree/folder/in/it", fill("deleted with its folder"));
  write(`tree/${fill("name")}`, "x");
  write(`tree/${fill("folder name")}/file`, "x");
  symlinkSync(`/somewhere/${fill("link target")}`, join(folder, "tree/link"));
  write("amd64/file", fill("amd64"));
  write("arm64/file", fill("arm64"));
  const nested = await writeNested(join(folder, "tree/nested"), fill, tools);
  const inGit = await writeGit(join(folder, "tree/project/.git"), fill, tools);
  const both = await pushBothPlatforms(place, tools);
  const generator = await pushSbomGenerator(place, `${repository}-sbom`, fill("sbom"));
  write(
    "Dockerfile",
    `FROM --platform=$BUILDPLATFORM ${place.base} AS made
ARG GIVEN
RUN echo built >/product
FROM ${both}
COPY tree/ /t/
ARG TARGETARCH
COPY $TARGETARCH/ /only/
COPY --from=made /product /product
RUN echo new >/t/overwritten && rm -r /t/deleted /t/folder && mkdir /t/folder && echo other >/t/folder/other
RUN echo ${fill("written by a step")} >/written
RUN : ${fill("history")}
ARG PASSED
RUN echo done >/done
ENV TABLE_ENV=${fill("env")}
LABEL org.example.table=${fill("label")}
HEALTHCHECK CMD check --named ${fill("healthcheck")}
ONBUILD RUN use ${fill("onbuild")}
WORKDIR /work/${fill("workdir")}
USER ${fill("user")}
ENTRYPOINT ["/bin/sh", "${fill("entrypoint")}"]
CMD ["one", "${fill("cmd")}"]
SHELL ["/bin/sh", "-c", "${fill("shell")}"]
`,
  );
  write(".dockerignore", "Dockerfile\n");
  const words = [
    ...["buildx", "build", ...place.flags, "--platform", "linux/amd64,linux/arm64", "--network=none"],
    ...["--provenance=mode=max", `--sbom=generator=${generator}`],
    ...["--build-arg", `GIVEN=${fill("provenance")}`, "--build-arg", `PASSED=${fill("build argument")}`],
    ...["--annotation", `manifest:org.example.manifest=${fill("manifest annotation")}`],
    ...["--annotation", `index:org.example.index=${fill("index annotation")}`],
  ];
  return {
    rows: [...fileRows, ...configRows, ...aboutRows, ...inGit.map(gitRow), ...nested.map(nestedRow)],
    exportTo: async (file, options) => {
      const built = await runDocker([...words, "-o", `type=oci,dest=${file},${options}`, folder], place.engine);
      if (built.status !== 0) throw new Error(`${built.stderr}\nits builder said:\n${place.log().slice(-5000)}`);
    },
  };
}
