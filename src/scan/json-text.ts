/** A string of a JSON document: a key, or a value. */
export type JsonText = {
  readonly text: string;
  /** The way to it: `config.Env.PATH`, `history[2].created_by`. */
  readonly path: () => string;
};

export type JsonReader = {
  readonly push: (bytes: Uint8Array) => void;
  /** The document ends. */
  readonly end: () => JsonShape;
};

/** What the strings of a document do not tell. */
export type JsonShape = {
  /** How deep it goes, and how many values there are. */
  readonly depth: number;
  readonly values: number;
  /** Strings that were too long to be read as such. */
  readonly tooLong: number;
};

/** The way to what is deeper ends here. */
const deepestWay = 200;
const quote = 0x22;
const backslash = 0x5c;

/**
 * Reads the strings of a JSON document as its bytes come, whatever its size and depth: no more than one string is held, of
 * `longest` bytes at most. Of what is no JSON it gives what looks like strings, up to the first that cannot be one.
 */
export function createJsonReader(longest: number, onText: (text: JsonText) => void): JsonReader {
  /** For each level: the key (of an object) or the index (of an array) that is being read. */
  const way: (string | number)[] = [];
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let tooLong = 0;
  let isKeyNext = false;
  let isOver = false;
  /** The string that is being read, if there is one: its parts from earlier pieces, and its length with them. */
  let parts: Buffer[] | undefined;
  let length = 0;
  let hasEscape = false;
  let isEscaped = false;

  function open(first: string | number): void {
    depth++;
    deepest = Math.max(deepest, depth);
    if (depth <= deepestWay) way[depth - 1] = first;
    isKeyNext = first === "";
  }

  function close(): void {
    depth = Math.max(0, depth - 1);
    way.length = Math.min(way.length, depth);
    isKeyNext = false;
  }

  function next(): void {
    values++;
    const at = way.at(-1);
    if (depth > deepestWay || at === undefined) return;
    if (typeof at === "number") way[depth - 1] = at + 1;
    isKeyNext = typeof at === "string";
  }

  function endString(last: Buffer): void {
    const bytes = parts!.length === 0 ? last : Buffer.concat([...parts!, last]);
    const isLong = length + last.length > longest;
    parts = undefined;
    length = 0;
    if (isLong) {
      tooLong++;
      return;
    }
    const raw = bytes.toString("utf8");
    const text = hasEscape ? unescaped(raw) : raw;
    if (isKeyNext && depth <= deepestWay) way[depth - 1] = text;
    const isKey = isKeyNext;
    isKeyNext = false;
    onText({ text, path: () => pathOf(way, isKey ? undefined : text) });
  }

  /** Takes the string's bytes from `from` on; gives where it goes on behind it. */
  function takeString(bytes: Buffer, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) {
        isEscaped = true;
        hasEscape = true;
      } else if (byte === quote) {
        endString(bytes.subarray(from, at));
        return at + 1;
      } else if (byte < 0x20) {
        // no string goes over a line's end: this is no JSON
        isOver = true;
        return bytes.length;
      }
    }
    // what is too long is counted, not kept
    if (length + at - from <= longest) parts!.push(Buffer.from(bytes.subarray(from)));
    else parts = [];
    length += at - from;
    return at;
  }

  return {
    push: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      let at = 0;
      while (at < bytes.length && !isOver) {
        if (parts !== undefined) {
          at = takeString(bytes, at);
          continue;
        }
        switch (bytes[at++]) {
          case quote:
            parts = [];
            length = 0;
            hasEscape = false;
            break;
          case 0x7b: // {
            open("");
            break;
          case 0x5b: // [
            open(0);
            break;
          case 0x7d:
          case 0x5d:
            close();
            break;
          case 0x2c: // ,
            next();
            break;
          default:
        }
      }
    },
    end: () => ({ depth: deepest, values, tooLong: tooLong + (length > longest ? 1 : 0) }),
  };
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** A variable is named by its name, which stays the same when others come before it. */
function pathOf(way: readonly (string | number)[], value: string | undefined): string {
  let path = "";
  for (const [index, part] of way.entries()) {
    const variable =
      index === way.length - 1 && way[index - 1] === "Env" ? /^([^=]+)=/.exec(value ?? "")?.[1] : undefined;
    if (typeof part === "number") path += variable === undefined ? `[${part}]` : `.${variable}`;
    else path += path === "" ? part : `.${part}`;
  }
  return path;
}
