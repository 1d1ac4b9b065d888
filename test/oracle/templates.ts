import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { insertMounts } from "../../src/dockerfile/insertion.ts";
import { stepsOf } from "../../src/dockerfile/step.ts";
import { readTemplate } from "../../src/dockerfile/template/read-template.ts";
import type { TemplateEngine } from "../../src/dockerfile/template/template.ts";
import { verifyInsertion } from "../../src/dockerfile/verification.ts";
import { SealError } from "../../src/error.ts";
import type { Answer, AnsweredInstruction } from "./answer.ts";
import { findDockerfiles } from "./corpus.ts";
import { findDifference } from "./difference.ts";
import { mutateTemplate } from "./mutate-template.ts";
import type { Random } from "./mutation.ts";
import type { Oracle } from "./oracle.ts";
import { CONTEXTS, SETTINGS } from "./render/context.ts";
import { createRender, type Job, type Render } from "./render/render.ts";

/** Templates of our own making, in a folder for each engine. */
export const templateFolder: string = join(import.meta.dirname, "../../fixtures/template");

export type TemplateTally = {
  templates: number;
  /** The engine is not on this machine, or refuses the template. */
  unrendered: number;
  /** Ours refuses to insert, for what it reads afterwards would differ. */
  refusedAloud: number;
  /** Not Dockerfiles, as BuildKit sees them. */
  invalid: number;
  renderings: number;
  /** Where a setting that is not in the template glues an instruction to the end of the line before it. */
  glued: number;
  /** Steps of ours, each in all renderings together. */
  steps: number;
  found: number;
  /** RUNs of renderings that no step of ours is, of files in which something is unseen or uncertain. */
  unseen: number;
  readonly differences: string[];
};

const NAMED = /--mount=type=secret,id=oracle-(\d+),required=true/g;

/**
 * Renders templates with the real engines, as they are and with a mount at every step that we know, and has BuildKit's
 * parser read both. Each inserted mount must be a flag of a RUN, wherever it turns up; nothing else may differ; and
 * where nothing is said to be unseen or uncertain, every RUN must have one.
 */
export async function compareTemplates(
  oracle: Oracle,
  names: readonly string[],
  random: Random,
  mutations: number,
): Promise<TemplateTally> {
  using render = createRender(oracle);
  const tally: TemplateTally = {
    templates: 0,
    unrendered: 0,
    refusedAloud: 0,
    invalid: 0,
    renderings: 0,
    glued: 0,
    steps: 0,
    found: 0,
    unseen: 0,
    differences: [],
  };
  const files = findDockerfiles(names.length === 0 ? [templateFolder] : names).filter(
    (name) => !name.endsWith(".json"),
  );
  const byEngine = Map.groupBy(files, (name) => basename(dirname(name)) as TemplateEngine);
  for (const [engine, own] of byEngine) {
    const texts = own.map((name) => readFileSync(name, "latin1"));
    for (const [index, text] of texts.entries()) {
      await compareTemplate({ oracle, render, tally, engine, name: own[index]!, text, isMade: false });
    }
    // a program that is started for each rendering takes its time
    const count = Math.ceil(mutations / (STARTED.has(engine) ? 50 : 1));
    for (let made = 0; made < count; made++) {
      const text = mutateTemplate(random, texts, engine);
      await compareTemplate({
        oracle,
        render,
        tally,
        engine,
        name: `${engine} ${JSON.stringify(text)}`,
        text,
        isMade: true,
      });
    }
  }
  return tally;
}

const STARTED: ReadonlySet<string> = new Set(["cpp", "m4", "jq", "erb"]);

type Comparison = {
  readonly oracle: Oracle;
  readonly render: Render;
  readonly tally: TemplateTally;
  readonly engine: TemplateEngine;
  readonly name: string;
  readonly text: string;
  readonly isMade: boolean;
};

async function compareTemplate({ oracle, render, tally, engine, name, text, isMade }: Comparison): Promise<void> {
  tally.templates++;
  const before = readTemplate(Buffer.from(text, "latin1"), name, engine);
  if (before.problem !== undefined) {
    tally.unrendered++;
    if (!isMade) tally.differences.push(`${name}: ${before.problem.message}`);
    return;
  }
  const steps = stepsOf(before);
  const insertions = steps.map((step, index) => ({
    step,
    mounts: [`--mount=type=secret,id=oracle-${index},required=true`],
  }));
  const differ = (what: string) => tally.differences.push(`${name}: ${what}`);
  let after: string;
  try {
    const inserted = insertMounts(before, insertions);
    verifyInsertion(before, inserted.text, insertions);
    after = Buffer.from(inserted.text).toString("latin1");
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    tally.refusedAloud++;
    if (!isMade) differ(`refused: ${error.message}`);
    return;
  }
  const jobs = (SETTINGS[engine] ?? [{}]).flatMap((settings) =>
    CONTEXTS.map((context): Job => ({ engine, text, context, settings })),
  );
  const texts = await render(jobs);
  const inserted = await render(jobs.map((job) => ({ ...job, text: after })));
  const pairs = texts.flatMap((one, index) => {
    const two = inserted[index];
    if (one === undefined && two === undefined) return [];
    if (one === undefined || two === undefined) {
      differ("only one of template and rewritten template can be rendered");
      return [];
    }
    return [{ one, two, settings: jobs[index]!.settings }];
  });
  if (pairs.length === 0) {
    tally.unrendered++;
    if (process.env["ORACLE_VERBOSE"]) console.log(`not rendered: ${name}`);
  }
  const distinct = [...new Map(pairs.map((pair) => [`${pair.one}\0${pair.two}`, pair])).values()];
  const answers = (await oracle.ask(
    "d",
    distinct.flatMap(({ one, two }) => [Buffer.from(one), Buffer.from(two)]),
  )) as Answer[];
  const isSure = before.template!.unseen.length === 0 && before.template!.uncertain.length === 0;
  for (const [index, { two, settings }] of distinct.entries()) {
    const plain = answers[2 * index]!;
    if (plain.error !== "" || plain.instructions.some(({ keyword }) => keyword === "?")) {
      tally.invalid++;
      continue;
    }
    if ((settings.trim || settings.mode?.includes("<>")) && holdsGlued(two)) {
      tally.glued++;
      continue;
    }
    tally.renderings++;
    const changed = answers[2 * index + 1]!;
    const marked = [...two.matchAll(NAMED)].length;
    let flags = 0;
    const cut = { ...changed, instructions: changed.instructions.map(cutMounts) };
    const difference = findDifference(withoutTexts(plain), withoutTexts(cut));
    if (difference !== undefined) differ(`${difference}\n--- rendered:\n${two}`);
    const first = changed.instructions.findIndex(({ keyword }) => keyword === "from");
    for (const [index, instruction] of changed.instructions.entries()) {
      const run = instruction.inner ?? instruction;
      if (run.keyword !== "run") continue;
      const own = run.flags.filter((flag) => flag.startsWith("--mount=type=secret,id=oracle-")).length;
      flags += own;
      if (own > 1) differ(`a RUN in line ${instruction.line} has ${own} mounts\n--- rendered:\n${two}`);
      // what stands before the first FROM is no step of this rendering
      if (own > 0 || index < first) continue;
      if (isSure) differ(`the RUN in line ${instruction.line} is not seen\n--- rendered:\n${two}`);
      else tally.unseen++;
    }
    tally.found += flags;
    if (flags !== marked)
      differ(`${marked} mounts are in the text, ${flags} are flags of a RUN\n--- rendered:\n${two}`);
  }
  tally.steps += steps.length;
}

function holdsGlued(text: string): boolean {
  return text.split("\n").some((line) => {
    const at = line.lastIndexOf("RUN --mount=type=secret,id=oracle-");
    return at > 0 && !/^\s*(?:onbuild\s+)?$/i.test(line.slice(0, at));
  });
}

function cutMounts(instruction: AnsweredInstruction): AnsweredInstruction {
  return {
    ...instruction,
    flags: instruction.flags.filter((flag) => !/oracle-\d+,required/.test(flag)),
    mounts: withoutOurs(instruction.mounts),
    inner: instruction.inner && cutMounts(instruction.inner),
  };
}

function withoutOurs(mounts: AnsweredInstruction["mounts"]): AnsweredInstruction["mounts"] {
  return mounts === null ? null : mounts.filter((mount) => !("id" in mount && /^oracle-\d+$/.test(String(mount.id))));
}

// the instruction as written holds the mounts
function withoutTexts(answer: Answer): unknown {
  return answer.instructions.map((instruction) => ({
    ...instruction,
    original: "",
    inner: instruction.inner && { ...instruction.inner, original: "" },
  }));
}
