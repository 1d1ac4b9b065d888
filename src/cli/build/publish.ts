import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildPass, PublishStep, PushTarget, SecondPass } from "../../buildx/build-plan.ts";
import { hasSameImages, imageDigests, imageIdInMetadata } from "../../buildx/image-index.ts";
import { joinWords, pushCacheWords, pushLayoutWords, tagDigestWords } from "../../buildx/publish-words.ts";
import { SealError } from "../../error.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { copyToStdout, mergeLayout, moveFile, moveFolder, placeRecord, placeText } from "../../system/placement.ts";
import { readImageId } from "./subject.ts";
import type { Tools } from "./tools.ts";

export type PublishAsk = {
  readonly steps: readonly PublishStep[];
  readonly passes: readonly BuildPass[];
  /** What was searched: of each pass its image. */
  readonly searched: readonly ImageScan[];
  readonly tools: Tools;
  /** Runs a pass that takes everything from the cache, shown like the first. Gives Docker's status. */
  readonly runPass: (step: SecondPass) => Promise<number>;
  readonly say: (sentence: string) => void;
  readonly mask: (text: string) => string;
};

/** What was published, as sentences for the report. */
export type Published = { readonly sentences: readonly string[] };

const pushLimitMs = 6 * 3_600_000;

/**
 * Publishes what was searched, in the plan's order. The first step that fails ends it, and tags come last in each.
 *
 * @throws SealError GATE where something else would be published than was searched; DOCKER, OUTPUT
 */
export async function publish(ask: PublishAsk): Promise<Published> {
  const sentences: string[] = [];
  // what Docker wrote of the pass whose result is published: of a second one, where there is one
  let metadataFile: string | undefined;
  for (const step of ask.steps) {
    const sentence = await publishStep(step, ask, metadataFile);
    if (sentence !== undefined) sentences.push(sentence);
    if (step.kind === "second-pass" && step.compare === "image") metadataFile = step.metadataFile;
  }
  return { sentences };
}

async function publishStep(
  step: PublishStep,
  ask: PublishAsk,
  metadataFile: string | undefined,
): Promise<string | undefined> {
  const { tools, passes } = ask;
  switch (step.kind) {
    case "tag":
      await docker(["image", "tag", await readImageId(passes[0]!, tools.store), step.reference], ask);
      return `tagged ${step.reference}`;
    case "push":
      await docker(["image", "push", "--quiet", step.reference], ask);
      return `pushed ${step.reference}`;
    case "push-layout": {
      const digest = digestOf(ask, step.pass);
      for (const target of step.targets) {
        const words = pushLayoutWords({ folder: step.folder, targets: [target] }, digest, toolOf(tools));
        await buildx(words, ask);
      }
      return `pushed ${namesOf(step.targets, digest)}`;
    }
    case "join":
      for (const target of step.targets) {
        const digests = passes.map((_, number) => digestOf(ask, number));
        await buildx(joinWords(target, digests, toolOf(tools)), ask);
      }
      return `pushed ${namesOf(step.targets, "")}`;
    case "load":
      await docker([...contextOf(step.context), "image", "load", "--quiet", "--input", step.file], ask);
      return "loaded into Docker";
    case "move-file":
      await moveFile(step.from, step.to);
      return `wrote ${step.to}`;
    case "move-folder":
      await moveFolder(step.from, step.to, step.replace);
      return `wrote ${step.to}`;
    case "merge-layout":
      await mergeLayout(step.from, step.to);
      return `wrote ${step.to}`;
    case "stdout":
      await copyToStdout(step.from);
      return undefined;
    case "push-cache":
      return pushCache(step, ask);
    case "second-pass":
      return secondPass(step, ask);
    case "record":
      await record(step, passes, metadataFile);
      return undefined;
  }
}

/** What Docker wrote for the user: metadata, or an image's id. After a second pass both are of that one. */
async function record(
  step: Extract<PublishStep, { kind: "record" }>,
  passes: readonly BuildPass[],
  metadataFile: string | undefined,
): Promise<void> {
  if (metadataFile === undefined) return placeRecord(step.from, step.to, step.names);
  const isId = passes.some(({ idFile }) => idFile === step.from);
  if (!isId) return placeRecord(metadataFile, step.to, step.names);
  await placeText(imageIdInMetadata(await readFile(metadataFile, "utf8")) ?? "", step.to);
}

async function pushCache(
  step: Extract<PublishStep, { kind: "push-cache" }>,
  ask: PublishAsk,
): Promise<string | undefined> {
  try {
    const index = JSON.parse(await readFile(join(step.folder, "index.json"), "utf8")) as {
      manifests: { digest: string }[];
    };
    await buildx(pushCacheWords(step, index.manifests[0]!.digest, toolOf(ask.tools)), ask);
    return `pushed the cache ${step.reference}`;
  } catch (error) {
    if (!step.mayFail) throw error;
    ask.say(`the cache was not pushed to ${step.reference} (ignore-error is set)`);
    return undefined;
  }
}

async function secondPass(step: SecondPass, ask: PublishAsk): Promise<string | undefined> {
  const status = await ask.runPass(step);
  if (status !== 0) {
    throw new SealError(
      "GATE",
      `The image was searched and is clean, but the pass that publishes it failed (Docker's status ${status})`,
      "See Docker's error above; nothing was tagged",
    );
  }
  if (step.compare === "cache") return "wrote the cache";
  const metadata = JSON.parse(await readFile(step.metadataFile, "utf8")) as Record<string, string | undefined>;
  const digest = metadata["containerimage.digest"] ?? "";
  await compare(step, digest, metadata["containerimage.config.digest"], ask);
  for (const target of step.targets) {
    if (target.references.length > 0) await buildx(tagDigestWords(target, digest, toolOf(ask.tools)), ask);
  }
  return step.targets.length === 0 ? "kept in the builder's image store" : `pushed ${namesOf(step.targets, digest)}`;
}

/**
 * Holds what the second pass published against what was searched: the same top digest, else the same images and
 * attestations whose text is searched now, for they carry times and so differ.
 */
async function compare(step: SecondPass, digest: string, config: string | undefined, ask: PublishAsk): Promise<void> {
  const searched = ask.searched.flatMap(({ images }) => images);
  if (digest !== "" && ask.searched.some(({ topDigest }) => topDigest === digest)) return;
  const [target] = step.targets;
  if (target === undefined) {
    if (config !== undefined && searched.some(({ configDigest }) => configDigest === config)) return;
    throw differs(digest);
  }
  const name = `${target.repository}@${digest}`;
  const index = await buildx(["imagetools", "inspect", ...builderFlag(ask.tools), "--raw", name], ask);
  const digests = imageDigests(digest, index) ?? [];
  const manifests = searched.flatMap(({ manifestDigest }) => manifestDigest ?? []);
  if (!hasSameImages(manifests, digests)) throw differs(digest);
  await searchAttestations(name, ask);
}

/** The attestations of the second pass are new: they are looked through before anything bears a tag. */
async function searchAttestations(name: string, ask: PublishAsk): Promise<void> {
  const format = "{{json .Provenance}} {{json .SBOM}}";
  const text = await buildx(["imagetools", "inspect", ...builderFlag(ask.tools), "--format", format, name], ask);
  if (ask.mask(text) === text) return;
  throw new SealError(
    "GATE",
    `The attestations of ${name} hold the value of a secret`,
    "It was pushed by its digest and bears no tag: remove it from the registry, and look at what the build passes as arguments",
  );
}

function differs(digest: string): SealError {
  return new SealError(
    "GATE",
    `What was published (${digest}) is not what was searched: a step ran again between the two passes`,
    "Nothing was tagged. Run the build again; if it happens again, something in it changes at each run (a context that is edited, a cache that is collected)",
  );
}

function digestOf({ searched }: PublishAsk, pass: number): string {
  const digest = searched[pass]?.topDigest;
  if (digest !== undefined) return digest;
  throw new SealError(
    "GATE",
    "The archive that was searched does not say its digest",
    "Report this with the versions of Docker and buildx",
  );
}

async function docker(args: readonly string[], ask: PublishAsk): Promise<string> {
  return command([ask.tools.docker ?? "docker", ...args], `docker ${args.slice(0, 2).join(" ")}`, ask);
}

async function buildx(args: readonly string[], ask: PublishAsk): Promise<string> {
  return command([...ask.tools.buildx, ...args], `docker buildx ${args.slice(0, 2).join(" ")}`, ask);
}

async function command(words: readonly string[], name: string, ask: PublishAsk): Promise<string> {
  const outcome = await ask.tools.run({ command: words, timeLimitMs: pushLimitMs, outputLimitBytes: 64 * 1024 * 1024 });
  if (outcome.kind === "exited" && outcome.status === 0) return new TextDecoder().decode(outcome.stdout);
  const said = "stderr" in outcome ? (outcome.stderr.trim().split("\n").at(-1) ?? "") : "";
  throw new SealError(
    "DOCKER",
    `The image was searched and is clean, but '${name}' failed: ${ask.mask(said === "" ? outcome.kind : said)}`,
    "See that the registry or engine can be reached and that you may write there, then run again: the steps are cached",
  );
}

const toolOf = ({ builder, buildxVersion }: Tools) => ({ builder, buildx: buildxVersion });
const builderFlag = ({ builder }: Tools) => (builder === undefined ? [] : [`--builder=${builder}`]);
const contextOf = (context: string | undefined) => (context === undefined ? [] : ["--context", context]);

function namesOf(targets: readonly PushTarget[], digest: string): string {
  return targets
    .flatMap(({ repository, references }) => (references.length === 0 ? [`${repository}@${digest}`] : references))
    .join(", ");
}
