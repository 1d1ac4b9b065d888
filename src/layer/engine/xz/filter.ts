import type { FilterFlags } from "./block-header.ts";
import { conversions } from "./branch.ts";

/** Undoes what was done to bytes before they were packed. */
export type Filter = {
  /** Takes the next bytes, which it may change, and gives what is done. */
  readonly push: (bytes: Buffer) => Buffer;
  /** Gives what was held back: too little to have been changed. */
  readonly end: () => Buffer;
};

const deltaId = 3;
const noBytes = Buffer.alloc(0);

/** Undoes all of them, the last first. Undefined where there is one that nobody here knows. */
export function createFilters(flags: readonly FilterFlags[]): Filter | undefined {
  const filters: Filter[] = [];
  for (const one of flags.toReversed()) {
    const filter = one.id === deltaId ? createDelta(one.properties) : createBranch(one);
    if (filter === undefined) return undefined;
    filters.push(filter);
  }
  return {
    push: (bytes) => filters.reduce((rest, filter) => filter.push(rest), bytes),
    end: () => filters.reduce((rest, filter) => Buffer.concat([filter.push(rest), filter.end()]), noBytes),
  };
}

/** Each byte was taken from the one so far before it (the xz file format, 5.3.3). */
function createDelta(properties: Buffer): Filter | undefined {
  if (properties.length !== 1) return undefined;
  const distance = properties[0]! + 1;
  const before = Buffer.alloc(distance);
  let at = 0;
  return {
    push: (bytes) => {
      for (let index = 0; index < bytes.length; index++) {
        const byte = (bytes[index]! + before[at]!) & 0xff;
        bytes[index] = byte;
        before[at] = byte;
        at = at + 1 === distance ? 0 : at + 1;
      }
      return bytes;
    },
    end: () => noBytes,
  };
}

/** Where calls and jumps of a program go to was written as a place (the xz file format, 5.3.2). */
function createBranch({ id, properties }: FilterFlags): Filter | undefined {
  const create = conversions.get(id);
  if (create === undefined || (properties.length !== 0 && properties.length !== 4)) return undefined;
  const convert = create();
  let position = properties.length === 0 ? 0 : properties.readUInt32LE(0);
  let held: Buffer = noBytes;
  return {
    push: (bytes) => {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const done = convert(all, position);
      position = (position + done) >>> 0;
      held = all.subarray(done);
      return all.subarray(0, done);
    },
    end: () => held,
  };
}
