/**
 * Takes out of a stream of bytes whatever a terminal would obey, but for colours (SGR): all other escape sequences, in
 * their 7-bit form and in UTF-8 (U+0080–U+009F), controls but tab, line feed and carriage return, and invisible
 * characters that reorder or hide what is read. What is left is text, so a value cannot hide behind them from the mask.
 *
 * A sequence that never ends (OSC, DCS, …) ends at the end of its line.
 */
export type EscapeStripper = {
  /** What is left of the chunk; it can be the chunk itself. Half a character or half a colour waits for the next chunk. */
  readonly push: (chunk: Uint8Array) => Uint8Array;
  /** What still waits and is text. The stripper can go on afterwards. */
  readonly end: () => Uint8Array;
};

type State =
  | "text"
  | "escape"
  | "escape with more"
  | "control sequence"
  | "string"
  | "C2 in string"
  | "escape in string";

const esc = 0x1b;
const longestColourBytes = 64;
const nothing = new Uint8Array(0);

/** 1: not simply text. */
const special = new Uint8Array(256).map((_, byte) =>
  (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte >= 0x7f ? 1 : 0,
);

export function createEscapeStripper(): EscapeStripper {
  let state: State = "text";
  /** The parameters of the control sequence at hand; undefined when they are too many to be a colour. */
  let parameters: number[] | undefined = [];
  /** The bytes so far of a character of several bytes. */
  let character: number[] = [];
  let kept: Uint8Array = nothing;
  let length = 0;

  function keep(bytes: readonly number[]): void {
    for (const byte of bytes) {
      kept[length++] = byte;
    }
  }

  function inText(byte: number): void {
    if (character.length > 0) {
      if ((byte & 0xc0) === 0x80) {
        character.push(byte);
        if (character.length === bytesOf(character[0]!)) {
          const whole = character;
          character = [];
          afterCharacter(whole);
        }
        return;
      }
      // Not UTF-8: whoever decodes it says so.
      keep(character);
      character = [];
    }
    if (byte === esc) {
      state = "escape";
    } else if (special[byte] === 0) {
      kept[length++] = byte;
    } else if (byte >= 0xc2 && byte < 0xf5) {
      character = [byte];
    } else if (byte >= 0xa0) {
      kept[length++] = byte;
    }
  }

  function afterCharacter(bytes: readonly number[]): void {
    const [first, second, third] = bytes;
    if (first !== 0xc2 || second! >= 0xa0) {
      keep(isInvisible(first!, second!, third) ? [] : bytes);
    } else if (second === 0x9b) {
      beginControlSequence();
    } else if (second === 0x90 || second === 0x98 || second! >= 0x9d) {
      state = "string";
    }
  }

  function beginControlSequence(): void {
    state = "control sequence";
    parameters = [];
  }

  function inEscape(byte: number): void {
    if (state === "escape" && byte === 0x5b) {
      beginControlSequence();
    } else if (state === "escape" && beginsString(byte)) {
      state = "string";
    } else if (byte >= 0x20 && byte < 0x30) {
      state = "escape with more";
    } else {
      state = "text";
      if (byte < 0x20 || byte >= 0x7f) {
        inText(byte);
      }
    }
  }

  function inControlSequence(byte: number): void {
    if (byte >= 0x20 && byte < 0x40) {
      if (parameters && parameters.length < longestColourBytes - 3) {
        parameters.push(byte);
      } else {
        parameters = undefined;
      }
      return;
    }
    state = "text";
    if (byte < 0x20 || byte >= 0x7f) {
      inText(byte);
    } else if (byte === 0x6d && parameters && isColour(parameters)) {
      keep([esc, 0x5b, ...parameters, 0x6d]);
    }
  }

  function inString(byte: number): void {
    if (byte === esc) {
      state = "escape in string";
    } else if (byte === 0x0a || byte === 0x0d) {
      state = "text";
      inText(byte);
    } else if (byte === 0x07 || byte === 0x18 || byte === 0x1a || (state === "C2 in string" && byte === 0x9c)) {
      state = "text";
    } else {
      state = byte === 0xc2 ? "C2 in string" : "string";
    }
  }

  function step(byte: number): void {
    if (state === "text") {
      inText(byte);
    } else if (state === "escape" || state === "escape with more") {
      inEscape(byte);
    } else if (state === "control sequence") {
      inControlSequence(byte);
    } else if (state === "escape in string" && byte !== esc) {
      // `ESC \` ends the string; any other escape ends it as well, and is one of its own.
      state = "escape";
      inEscape(byte);
    } else {
      inString(byte);
    }
  }

  function strip(chunk: Uint8Array): Uint8Array {
    kept = new Uint8Array(chunk.length + longestColourBytes);
    length = 0;
    let i = 0;
    while (i < chunk.length) {
      const plain = state === "text" && character.length === 0 ? plainLength(chunk, i) : 0;
      if (plain > 0) {
        copy(chunk, i, i + plain, kept, length);
        length += plain;
        i += plain;
      } else {
        step(chunk[i++]!);
      }
    }
    return kept.subarray(0, length);
  }

  return {
    push(chunk) {
      return state === "text" && character.length === 0 && isPlain(chunk) ? chunk : strip(chunk);
    },
    end() {
      const rest = state === "text" && character.length > 0 ? Uint8Array.from(character) : nothing;
      state = "text";
      character = [];
      return rest;
    },
  };
}

function beginsString(byte: number): boolean {
  return byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f;
}

/** One text that is complete. */
export function stripEscapes(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (isPlain(bytes)) {
    return text;
  }
  const stripper = createEscapeStripper();
  return Buffer.concat([stripper.push(bytes), stripper.end()]).toString("utf8");
}

/** Eight at a time: in a body of this size the loop is compiled on its own, and ten times as fast as inlined. */
function isPlain(chunk: Uint8Array): boolean {
  let i = 0;
  for (const last = chunk.length - 8; i <= last; i += 8) {
    const found =
      special[chunk[i]!]! |
      special[chunk[i + 1]!]! |
      special[chunk[i + 2]!]! |
      special[chunk[i + 3]!]! |
      special[chunk[i + 4]!]! |
      special[chunk[i + 5]!]! |
      special[chunk[i + 6]!]! |
      special[chunk[i + 7]!]!;
    if (found !== 0) {
      return false;
    }
  }
  while (i < chunk.length && special[chunk[i]!] === 0) {
    i++;
  }
  return i === chunk.length;
}

/** How many bytes from `at` on are text for certain: ASCII, colours of the usual form, whole characters with a look. */
function plainLength(chunk: Uint8Array, at: number): number {
  const end = chunk.length;
  let i = at;
  while (i < end) {
    const byte = chunk[i]!;
    if (special[byte] === 0) {
      i++;
    } else if (byte === esc) {
      const after = usualColourEnd(chunk, i);
      if (after === i) {
        break;
      }
      i = after;
    } else {
      const after = i + bytesOf(byte);
      if (byte < 0xc3 || byte >= 0xf5 || after > end || !isWholeAndVisible(chunk, i, after)) {
        break;
      }
      i = after;
    }
  }
  return i - at;
}

function isWholeAndVisible(chunk: Uint8Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) {
    if ((chunk[i]! & 0xc0) !== 0x80) {
      return false;
    }
  }
  return !isInvisible(chunk[start]!, chunk[start + 1]!, chunk[start + 2]);
}

/** Behind `ESC [ 1 ; 3 1 m`, where it is of this form and no number is 8; else `at`. */
function usualColourEnd(chunk: Uint8Array, at: number): number {
  if (chunk[at + 1] !== 0x5b) {
    return at;
  }
  const limit = Math.min(chunk.length, at + 16);
  let i = at + 2;
  while (i < limit && ((chunk[i]! >= 0x30 && chunk[i]! <= 0x37) || chunk[i] === 0x39 || chunk[i] === 0x3b)) {
    i++;
  }
  return i < limit && chunk[i] === 0x6d ? i + 1 : at;
}

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > 64) {
    to.set(from.subarray(start, end), at);
    return;
  }
  for (let i = start; i < end; i++) {
    to[at + i - start] = from[i]!;
  }
}

function bytesOf(first: number): number {
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Colours and styles only: no private marks, and not 8, which conceals. */
function isColour(parameters: readonly number[]): boolean {
  if (!parameters.every((byte) => byte >= 0x30 && byte <= 0x3b)) {
    return false;
  }
  const numbers = String.fromCharCode(...parameters).split(";");
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (/^0*8(:|$)/.test(number)) {
      return false;
    }
    // 38, 48 and 58 take a colour: `5;n` or `2;r;g;b`.
    if (/^0*[345]8$/.test(number)) {
      i += Number(numbers[i + 1]) === 2 ? 4 : 2;
    }
  }
  return true;
}

/**
 * Characters without a look that reorder a line (U+202A–U+202E, U+2066–U+2069, marks) or split a word (soft hyphen, zero
 * width space, byte order mark, U+2060–U+206F). The joiners U+200C and U+200D have a meaning in scripts and stay.
 */
function isInvisible(first: number, second: number, third: number | undefined): boolean {
  switch (first) {
    case 0xc2:
      return second === 0xad;
    case 0xd8:
      return second === 0x9c;
    case 0xe2:
      return (
        (second === 0x80 &&
          (third === 0x8b || third === 0x8e || third === 0x8f || (third! >= 0xaa && third! <= 0xae))) ||
        (second === 0x81 && third! >= 0xa0 && third! <= 0xaf)
      );
    case 0xef:
      return second === 0xbb && third === 0xbf;
    default:
      return false;
  }
}
