/**
 * Dockerfiles of one shape and any size, and how time grows with them: from 10 KB to 10 MB, and from 100 to 100,000
 * continuation lines. A slope of 1 is linear, 2 quadratic.
 */

export type Shape = {
  readonly name: string;
  /** What is repeated, by its number. */
  readonly part: (index: number) => string;
  /** What the parts stand in; alone they are instructions. */
  readonly head?: string;
  readonly tail?: string;
};

const SECRET = "--mount=type=secret,id=s,env=S,required=true";

export const shapes: readonly Shape[] = [
  { name: "comments", part: () => "# a comment of fifty bytes, and nothing besides ...\n" },
  { name: "steps", part: (i) => `RUN make all-${i} && echo done\n` },
  { name: "steps with a secret", part: (i) => `RUN ${SECRET} use "$S" | tee x > out-${i}\n` },
  {
    name: "stages, each upon the last, with ARG",
    part: (i) => `FROM ${i === 0 ? "s" : `s${i - 1}`} AS s${i}\nARG A${i}\nRUN curl $A${i}\n`,
  },
  {
    name: "stages that copy from the last",
    part: (i) => `FROM a AS s${i}\nCOPY --from=${i === 0 ? "s" : `s${i - 1}`} /a /b\n`,
  },
  {
    name: "ARGs that hold ARGs, and steps",
    part: (i) => `ARG A${i}=$A${i - 1}\nRUN curl -u $A${i} https://example.com\n`,
  },
  { name: "ENVs, and steps of sccache", part: (i) => `ENV V${i}=1\nRUN sccache make && aws s3 cp a b\n` },
  {
    name: "mounts of one step",
    part: (i) => `  --mount=type=cache,target=/c${i} --mount=type=secret,id=s${i} \\\n`,
    head: "RUN \\\n",
    tail: "  make\n",
  },
  { name: "heredocs", part: (i) => `RUN <<E\necho ${i}\nE\n` },
  {
    name: "lines of one heredoc",
    part: (i) => `echo a line ${i} of it | grep x\n`,
    head: `RUN ${SECRET} <<E\n`,
    tail: "E\n",
  },
  { name: "lines of 65,000 bytes", part: () => `RUN echo ${"a b $C ".repeat(9_200)}\n` },
  { name: "what BuildKit refuses", part: (i) => `RUM x${i}\n` },
  { name: "suppressions", part: () => "# buildseal: ignore=unreadable-dockerfile reason=x\nRUM x\n" },
];

const continuations: readonly Shape[] = [
  { name: "continuation lines", part: () => "  && true \\\n", head: "RUN true \\\n", tail: "  && true\n" },
  {
    name: "the same with comments between",
    part: (i) => (i % 2 === 0 ? "# why\n" : "  && echo true \\\n"),
    head: "RUN true \\\n",
    tail: "  && true\n",
  },
  {
    name: "the same with a secret",
    part: (i) => `  && echo "$S" > f${i} \\\n`,
    head: `RUN ${SECRET} true \\\n`,
    tail: "  && true\n",
  },
];

function ofParts(
  { part, head = "", tail = "" }: Shape,
  isEnough: (parts: number, bytes: number) => boolean,
): Uint8Array {
  const parts = [`FROM a AS s\n${head}`];
  for (let index = 0, bytes = 0; !isEnough(index, bytes); index++) {
    parts.push(part(index));
    bytes += parts.at(-1)!.length;
  }
  parts.push(tail);
  return new TextEncoder().encode(parts.join(""));
}

/** Prints a table: ms by the processor's time, the ratio to the size before, and the slope from the second size on. */
export function printGrowth(run: (source: Uint8Array) => void, only: readonly Shape[] = shapes): void {
  printTable(
    run,
    only,
    [10, 100, 1_000, 10_000],
    (size) => `${size >= 1_000 ? `${size / 1_000} MB` : `${size} KB`}`,
    (size) => (_, bytes) => bytes >= size * 1_000,
  );
  printTable(
    run,
    continuations,
    [100, 1_000, 10_000, 100_000],
    (size) => `${size.toLocaleString("en")} lines`,
    (size) => (parts) => parts >= size,
  );
}

function printTable(
  run: (source: Uint8Array) => void,
  only: readonly Shape[],
  sizes: readonly number[],
  say: (size: number) => string,
  enough: (size: number) => (parts: number, bytes: number) => boolean,
): void {
  console.log(`\n| ms for | ${sizes.map(say).join(" | ")} | × | slope |\n|---|${"---:|".repeat(sizes.length + 2)}`);
  for (const shape of only) {
    const times = sizes.map((size, at) => {
      const source = ofParts(shape, enough(size));
      // the first runs are slower by what V8 has not yet compiled
      return fastest(() => run(source), [20, 5, 2, 1][at] ?? 1);
    });
    const [last = 0, before = 0] = times.toReversed();
    const slope = Math.log10(last / (times[1] ?? 0)) / Math.log10(sizes.at(-1)! / sizes[1]!);
    console.log(
      `| ${shape.name} | ${times.map((ms) => ms.toFixed(ms < 10 ? 1 : 0)).join(" | ")} | ${(last / before).toFixed(1)} | ${slope.toFixed(2)} |`,
    );
  }
}

/** The processor's time in ms, which a busy machine changes little. */
export function fastest(run: () => void, rounds: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}
