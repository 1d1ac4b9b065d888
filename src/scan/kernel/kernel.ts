import { createPlainScan, type Scan } from "./plain.ts";
import { type Layout, type Literal, planTables } from "./tables.ts";
import { wasm } from "./wasm.ts";

export type Kernel = {
  readonly memory: ArrayBuffer;
  /** The first address that is free for what is searched. */
  readonly free: number;
  readonly mostFound: number;
  readonly scan: Scan;
  /** The first so many of the last scan, of each three numbers: an address, the literal of which a word stands there, and how many bytes from its beginning. */
  readonly found: (count: number) => Uint32Array;
};

export const blockBytes = 64;
/** So many bytes before what is looked at, and after it, are read: they must be there. */
export const spareBefore = 16;
export const spareAfter = 160;

const page = 1 << 16;

/** @param room bytes for what is searched. They are not touched before they are used. */
export function openKernel(literals: readonly Literal[], room: number, plain = false): Kernel {
  const { layout, write } = planTables(literals);
  const size = layout.end + room;
  const module = plain ? undefined : compiled();
  if (module === undefined) {
    const memory = new ArrayBuffer(size);
    write(memory);
    return kernel(memory, layout, createPlainScan(memory, layout));
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / page) });
  write(memory.buffer);
  return kernel(memory.buffer, layout, start(module, memory, layout));
}

function kernel(memory: ArrayBuffer, layout: Layout, scan: Scan): Kernel {
  const found = new Uint32Array(memory, layout.found, 3 * layout.mostFound);
  return {
    memory,
    free: layout.end,
    mostFound: layout.mostFound,
    scan,
    found: (count) => found.slice(0, 3 * count),
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

type Exports = {
  readonly configure: (...addresses: number[]) => void;
  readonly scan: Scan;
};

function start(module: WebAssembly.Module, memory: WebAssembly.Memory, layout: Layout): Scan {
  const { configure, scan } = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  configure(
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
  );
  return scan;
}
