import type { TarRun } from "../../layer/tar-run.ts";
import { countLineEnds } from "./line-end.ts";
import { createPlainScan, type Scan } from "./plain.ts";
import { createSkim, type SkimAddresses, skimSettings } from "./skim.ts";
import { type AddWords, type Layout, type Literal, planTables } from "./tables.ts";
import { wasm } from "./wasm.ts";
import { createPlainWords } from "./words.ts";

export type Kernel = {
  readonly memory: ArrayBufferLike;
  /** The first address that is free for what is searched. */
  readonly free: number;
  readonly mostFound: number;
  readonly scan: Scan;
  /** How many line ends there are between two addresses. */
  readonly lineEnds: (from: number, to: number) => number;
  /** The first so many of the last scan, of each three numbers: an address, the literal of which a word stands there, and how many bytes from its beginning. */
  readonly found: (count: number) => Uint32Array;
  /** Reads plain entries of a tar that lies between two addresses; undefined without WebAssembly. */
  readonly skim: ((from: number, to: number) => TarRun) | undefined;
  /** What another thread needs to scan in this memory, too; undefined without WebAssembly. */
  readonly shared: SharedKernel | undefined;
};

/**
 * Its program, its memory and the numbers that its `configure` is to be called with: the last two of them are an address and
 * how much fits there, of what is found (12 bytes each). Each thread needs one of its own.
 */
export type SharedKernel = {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly settings: readonly number[];
};

export const blockBytes = 64;
/** So many bytes before what is looked at, and after it, are read: they must be there. */
export const spareBefore = 16;
export const spareAfter = 160;

const page = 1 << 16;

/** @param room bytes for what is searched. They are not touched before they are used. */
export function openKernel(literals: readonly Literal[], room: number, plain = false): Kernel {
  const { layout, write, writeWords } = planTables(literals);
  const size = layout.end + room;
  const module = plain ? undefined : compiled();
  if (module === undefined) {
    const memory = new ArrayBuffer(size);
    write(memory);
    writeWords(createPlainWords(memory, layout));
    const bytes = new Uint8Array(memory);
    const lineEnds = (from: number, to: number): number => countLineEnds(bytes, from, to);
    return kernel(memory, layout, { scan: createPlainScan(memory, layout), lineEnds });
  }
  const pages = Math.ceil(size / page);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  write(memory.buffer);
  const shared = { module, memory, settings: settingsOf(layout) };
  const { scan, lineEnds, beginWords, addWords, configureSkim, skim } = start(shared);
  beginWords(layout.shortEntries, layout.rarity, layout.costs);
  writeWords(addWords);
  configureSkim(...skimSettings(layout.skim));
  return kernel(memory.buffer, layout, { scan, lineEnds, skim: createSkim(memory.buffer, layout.skim, skim) }, shared);
}

function kernel(
  memory: ArrayBufferLike,
  layout: Layout,
  { scan, lineEnds, skim }: Pick<Kernel, "scan" | "lineEnds"> & Partial<Pick<Kernel, "skim">>,
  shared?: SharedKernel,
): Kernel {
  const found = new Uint32Array(memory, layout.found, 3 * layout.mostFound);
  return {
    memory,
    free: layout.end,
    mostFound: layout.mostFound,
    scan,
    lineEnds,
    found: (count) => found.slice(0, 3 * count),
    skim,
    shared,
  };
}

let known: { readonly module: WebAssembly.Module | undefined } | undefined;

/** undefined: this machine's WebAssembly has no (relaxed) SIMD. */
function compiled(): WebAssembly.Module | undefined {
  if (known === undefined) {
    const bytes = Buffer.from(wasm, "base64");
    known = { module: WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined };
  }
  return known.module;
}

type Exports = Pick<Kernel, "scan" | "lineEnds"> & {
  readonly configure: (...settings: readonly number[]) => void;
  readonly beginWords: (entries: number, rarity: number, costs: number) => void;
  readonly addWords: AddWords;
  readonly configureSkim: (...settings: readonly number[]) => void;
  readonly skim: SkimAddresses;
};

function start({ module, memory, settings }: SharedKernel): Exports {
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  exports.configure(...settings);
  return exports;
}

function settingsOf(layout: Layout): number[] {
  return [
    layout.teddy,
    layout.shortHeads,
    layout.shortShift,
    layout.longHeads,
    layout.longShift,
    layout.bits,
    layout.bitShift,
    layout.entries,
    layout.literals,
    layout.found,
    layout.mostFound,
  ];
}
