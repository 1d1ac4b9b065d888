/**
 * Compares our reader and inserter with BuildKit's own parser.
 *
 *   npm run oracle -- [FILE|FOLDER…] [--mutations N] [--words N] [--builds N] [--seed N] [--golden]
 *   npm run oracle -- --templates [FILE|FOLDER…] [--mutations N] [--seed N]
 *
 * Without names it takes the corpus. `--mutations` adds so many files made from them, `--words` so many words for the
 * shell lexer, `--builds` so many files that are converted to a build: its stages, users, variables and layers.
 * `--golden` writes the oracle's answers for the corpus, which the unit tests compare with where there is no Go.
 * `--templates` renders templates with their real engines, with and without mounts at every step (templates.ts); a
 * template's engine is the name of its folder.
 * Its exit status is 1 where anything differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { toBytes, toText } from "../../src/dockerfile/text.ts";
import { type Answer, abbreviate, answerOurs, normalizeAnswer, withoutUnresolved } from "./answer.ts";
import { compareBuilds } from "./builds.ts";
import { corpusFolder, findDockerfiles, goldenFile } from "./corpus.ts";
import { findDifference } from "./difference.ts";
import { cutInserted, expectInserted, insertEverywhere } from "./inserted.ts";
import { createRandom, mutate } from "./mutation.ts";
import { type Oracle, startOracle } from "./oracle.ts";
import { compareTemplates } from "./templates.ts";
import { compareWords } from "./words.ts";

type Input = { readonly name: string; readonly source: Uint8Array };

type Tally = { files: number; refused: number; steps: number; notInserted: number; differences: number };

const BATCH = 400;
const SHOWN = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mutations: { type: "string", default: "0" },
    words: { type: "string", default: "0" },
    builds: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    golden: { type: "boolean" },
    templates: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
await using oracle = startOracle();
process.exitCode = (await (values.templates ? compareAllTemplates(oracle) : compareAll(oracle))) === 0 ? 0 : 1;

async function compareAllTemplates(oracle: Oracle): Promise<number> {
  const random = createRandom(seed);
  const { differences, ...tally } = await compareTemplates(oracle, positionals, random, Number(values.mutations));
  for (const difference of differences.slice(0, SHOWN)) console.log(difference);
  console.log(JSON.stringify({ ...tally, differences: differences.length }));
  return differences.length;
}

async function compareAll(oracle: Oracle): Promise<number> {
  const names = findDockerfiles(positionals.length === 0 ? [corpusFolder] : positionals);
  const inputs = names.map((name): Input => ({ name, source: readFileSync(name) }));
  const tally: Tally = { files: 0, refused: 0, steps: 0, notInserted: 0, differences: 0 };
  for (let from = 0; from < inputs.length; from += BATCH)
    await compare(oracle, inputs.slice(from, from + BATCH), tally);
  await compareMutations(oracle, inputs, tally, Number(values.mutations), seed);
  const words = await compareWords(oracle, createRandom(seed), Number(values.words));
  const builds = await compareBuilds(oracle, createRandom(seed), Number(values.builds));
  for (const difference of [...words, ...builds.differences].slice(0, SHOWN)) console.log(difference);
  tally.differences += words.length + builds.differences.length;
  if (values.golden) await writeGolden(oracle);
  console.log(JSON.stringify({ ...tally, words: Number(values.words), builds: builds.converted }));
  return tally.differences;
}

async function compareMutations(
  oracle: Oracle,
  inputs: readonly Input[],
  tally: Tally,
  count: number,
  seed: number,
): Promise<void> {
  const random = createRandom(seed);
  const texts = inputs.map(({ source }) => toText(source)).filter((text) => text.length < 5000);
  for (let made = 0; made < count; made += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - made) }, (_, index) => ({
      name: `mutation ${made + index} of seed ${seed}`,
      source: toBytes(mutate(random, texts)),
    }));
    await compare(oracle, batch, tally);
  }
}

async function compare(oracle: Oracle, batch: readonly Input[], tally: Tally): Promise<void> {
  const answers = (
    (await oracle.ask(
      "d",
      batch.map(({ source }) => source),
    )) as Answer[]
  ).map(normalizeAnswer);
  const inserted = batch.map((input) => {
    try {
      return insertEverywhere(input.source);
    } catch (error) {
      report(tally, input, "verify", String(error));
      return undefined;
    }
  });
  const after = await oracle.ask(
    "d",
    inserted.flatMap((made) => (made === undefined ? [] : [made.text])),
  );
  for (const [index, input] of batch.entries()) {
    const theirs = answers[index]!;
    const ours = answerOurs(input.source);
    report(tally, input, "read", findDifference(withoutUnresolved(theirs, ours), withoutUnresolved(ours, theirs)));
    tally.files++;
    if (theirs.error !== "") tally.refused++;
    const made = inserted[index];
    if (made === undefined) {
      if (theirs.error === "") tally.notInserted++;
      continue;
    }
    const theirsAfter = normalizeAnswer(after.shift() as Answer);
    report(tally, input, "insert", findDifference(expectInserted(theirs, made), cutInserted(theirsAfter, made)));
    tally.steps += made.lines.size;
  }
}

function report(tally: Tally, input: Input, what: string, difference: string | undefined): void {
  if (difference === undefined) return;
  tally.differences++;
  if (tally.differences > SHOWN) return;
  console.log(`${what}: ${input.name}: ${difference}`);
  if (input.name.startsWith("mutation")) console.log(JSON.stringify(toText(input.source)));
}

async function writeGolden(oracle: Oracle): Promise<void> {
  const corpus = findDockerfiles([corpusFolder]);
  const answers = (await oracle.ask(
    "d",
    corpus.map((name) => readFileSync(name)),
  )) as Answer[];
  const entries = corpus.map((name, index) => [name.slice(corpusFolder.length + 1), answers[index]]);
  const lines = entries.map(([name, answer]) => `${JSON.stringify(name)}: ${JSON.stringify(answer, abbreviate)}`);
  writeFileSync(goldenFile, `{\n${lines.join(",\n")}\n}\n`);
}
