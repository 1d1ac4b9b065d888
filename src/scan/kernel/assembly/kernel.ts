/**
 * The inner loop of the search, in AssemblyScript (compiled to WebAssembly with SIMD by `scripts/kernel.ts`); `plain.ts`
 * is the same in JavaScript, word for word. The tables are laid out by `tables.ts`.
 *
 * Short literals are found by Teddy (Hyperscan, later ripgrep): four bytes in a row are looked up by their halves in
 * sixteen-byte tables, eight buckets at once. Long ones by a word of eight bytes on a grid that no thirteen words in a row
 * slip through. Either only asks; then the bytes themselves are compared.
 */

// addresses, set once
let teddy: usize = 0;
let shortHeads: usize = 0;
let longHeads: usize = 0;
let bits: usize = 0;
let entries: usize = 0;
let literals: usize = 0;
let found: usize = 0;
// a hash's upper bits are its place in the table
let shortShift: u32 = 0;
let longShift: u32 = 0;
let bitShift: u32 = 0;
let mostFound: u32 = 0;

// of the literal that is compared: the bit in which upper and lower case differ, 0 where they are not one
let caseBit: u32 = 0;

// of the call that runs
let from: usize = 0;
let to: usize = 0;
let count: u32 = 0;

export function configure(
  teddyAt: usize,
  shortHeadsAt: usize,
  shortHeadShift: u32,
  longHeadsAt: usize,
  longHeadShift: u32,
  bitsAt: usize,
  bitsShift: u32,
  entriesAt: usize,
  literalsAt: usize,
  foundAt: usize,
  foundMost: u32,
): void {
  teddy = teddyAt;
  shortHeads = shortHeadsAt;
  shortShift = shortHeadShift;
  longHeads = longHeadsAt;
  longShift = longHeadShift;
  bits = bitsAt;
  bitShift = bitsShift;
  entries = entriesAt;
  literals = literalsAt;
  found = foundAt;
  mostFound = foundMost;
}

/**
 * Looks from `first` to `last` (`last - first` is a multiple of 64, or what follows `last` is not to be found); literals
 * must lie between `start` and `end`. 16 bytes before `first` and 128 after `last` are read. Gives how many were found:
 * if more than there is room for, only the first of them stand there.
 */
export function scan(start: usize, end: usize, first: usize, last: usize): u32 {
  from = start;
  to = end;
  count = 0;
  if (bitShift == 0) scanShort(first, last);
  else scanBoth(first, last);
  return count;
}

// while the words of long literals are put down: entries so far, how rare each byte is, room for a number for each byte
let used: u32 = 0;
let rarity: usize = 0;
let costs: usize = 0;

export function beginWords(entriesUsed: u32, rarityAt: usize, costsAt: usize): void {
  used = entriesUsed;
  rarity = rarityAt;
  costs = costsAt;
}

/** Puts down the words that a long literal is met by: see `words.ts`. */
export function addWords(literal: u32, text: usize, length: i32, windowBytes: i32, isWrapped: bool): void {
  const all = length - 7;
  if (windowBytes == 0) {
    const count = isWrapped ? min(33, all) : 13;
    const first = rarest(text, length, all, count);
    for (let at = first; at < first + count; at++) {
      put(literal, text + at, at, count == 13 && at == first + 12 ? 0x80000000 : 0);
    }
  } else {
    const cycle = isWrapped ? 13 : windowBytes - 19;
    for (let at = 0, inCycle = 0; at < all; at++) {
      if (inCycle < 13) put(literal, text + at, at, 0);
      inCycle = inCycle + 1 == cycle ? 0 : inCycle + 1;
    }
  }
  if (!isWrapped) return;
  for (let cut = max(1, length - 19); cut < min(20, length); cut++) {
    addCutWords(literal, text, length, cut, 1);
    addCutWords(literal, text, length, cut, 2);
  }
}

/** Those in which a line's end of so many bytes stands, before byte `cut` of the literal. */
function addCutWords(literal: u32, text: usize, length: i32, cut: i32, lineEnd: i32): void {
  memory.copy(costs, text, cut);
  store<u8>(costs + cut, 13);
  store<u8>(costs + cut + lineEnd - 1, 10);
  memory.copy(costs + cut + lineEnd, text + cut, length - cut);
  const last = min(cut + lineEnd - 1, length + lineEnd - 8);
  for (let at = max(0, cut - 7); at <= last; at++) put(literal, costs + at, min(at, cut), 0);
}

function put(literal: u32, word: usize, place: u32, mark: u32): void {
  const product = productOfWord(word);
  const hash = <u32>(product >>> 32);
  used++;
  const record = entries + (<usize>used << 4);
  const head = longHeads + (<usize>(hash >>> longShift) << 2);
  store<u32>(record, hash);
  store<u32>(record, literal, 4);
  store<u32>(record, place | mark, 8);
  const before = load<u32>(head);
  store<u32>(record, before & 0x0fffffff, 12);
  store<u32>(head, used | (before & 0xf0000000) | tagOf(hash));
  const field = bits + (<usize>(hash >>> bitShift) << 3);
  const marks: u64 = (<u64>1 << (product >>> 29)) | (<u64>1 << (product >>> 35)) | (<u64>1 << (product >>> 41));
  store<u64>(field, load<u64>(field) | marks);
}

/** Where so many of `all` words in a row are rarest together. */
function rarest(text: usize, length: i32, all: i32, count: i32): i32 {
  if (count >= all) return 0;
  // of one byte, two, four, eight in a row
  for (let at = 0; at < length; at++) {
    store<f64>(costs + (<usize>at << 3), load<f64>(rarity + (<usize>load<u8>(text + at) << 3)));
  }
  for (let row = 1; row < 8; row <<= 1) {
    for (let at = 0; at + 2 * row <= length; at++) {
      const cost = costs + (<usize>at << 3);
      store<f64>(cost, load<f64>(cost) * load<f64>(cost + (<usize>row << 3)));
    }
  }
  let sum: f64 = 0;
  for (let at = 0; at < count; at++) sum += load<f64>(costs + (<usize>at << 3));
  let best = 0;
  let least = sum;
  for (let at = 1; at + count <= all; at++) {
    sum += load<f64>(costs + (<usize>(at + count - 1) << 3)) - load<f64>(costs + (<usize>(at - 1) << 3));
    if (sum < least * 0.999) {
      least = sum;
      best = at;
    }
  }
  return best;
}

/** How many line ends there are from `at` to `end`. */
export function lineEnds(at: usize, end: usize): u32 {
  let lines: u32 = 0;
  const wanted = i8x16.splat(10);
  for (; at + 16 <= end; at += 16) lines += popcnt<u32>(i8x16.bitmask(i8x16.eq(v128.load(at), wanted)));
  for (; at < end; at++) lines += <u32>(load<u8>(at) == 10);
  return lines;
}

// @ts-expect-error: decorator
@inline
function swizzle(table: v128, index: v128): v128 {
  return i8x16.relaxed_swizzle(table, index);
}

/** The bytes of `current`, moved up by one; the last of `before` comes in. */
// @ts-expect-error: decorator
@inline
function byOne(before: v128, current: v128): v128 {
  return v128.shuffle<i8>(before, current, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

// @ts-expect-error: decorator
@inline
function byTwo(before: v128, current: v128): v128 {
  return v128.shuffle<i8>(before, current, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

// @ts-expect-error: decorator
@inline
function byThree(before: v128, current: v128): v128 {
  return v128.shuffle<i8>(before, current, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
}

// @ts-expect-error: decorator
@inline
function maskOf(buckets: v128): u64 {
  return <u64>(<u32>~i8x16.bitmask(i8x16.eq(buckets, i8x16.splat(0))) & 0xffff);
}

/** Of eight bytes, upper and lower case as one: the upper half is their hash. */
// @ts-expect-error: decorator
@inline
function productOfWord(at: usize): u64 {
  return (load<u64>(at) | 0x2020202020202020) * 0x9e3779b97f4a7c15;
}

// @ts-expect-error: decorator
@inline
function hashOfWord(at: usize): u32 {
  return <u32>(productOfWord(at) >>> 32);
}

/** A head has the number of its first entry, and above it which of four tags there are in its chain. */
// @ts-expect-error: decorator
@inline
function tagOf(hash: u32): u32 {
  return 0x10000000 << (hash & 3);
}

/** Its lowest bit: may the word at `at` be one of a literal's? */
// @ts-expect-error: decorator
@inline
function bitOf(at: usize, table: usize, shift: u64): u32 {
  const product = productOfWord(at);
  const bits = load<u64>(table + (<usize>(product >>> shift) << 3));
  // the upmost bits of the product choose 64 bits of the table, and three times six below them three of these
  return <u32>((bits >>> (product >>> 29)) & (bits >>> (product >>> 35)) & (bits >>> (product >>> 41)));
}

function scanBoth(first: usize, last: usize): void {
  const table = bits;
  const shift = <u64>bitShift + 32;
  const low = i8x16.splat(15);
  const low0 = v128.load(teddy);
  const high0 = v128.load(teddy, 16);
  const low1 = v128.load(teddy, 32);
  const high1 = v128.load(teddy, 48);
  const low2 = v128.load(teddy, 64);
  const high2 = v128.load(teddy, 80);
  const low3 = v128.load(teddy, 96);
  const high3 = v128.load(teddy, 112);
  const b = v128.load(first - 16);
  const bl = v128.and(b, low);
  const bh = v128.and(i16x8.shr_u(b, 4), low);
  let before0 = v128.and(swizzle(low0, bl), swizzle(high0, bh));
  let before1 = v128.and(swizzle(low1, bl), swizzle(high1, bh));
  let before2 = v128.and(swizzle(low2, bl), swizzle(high2, bh));
  for (let at = first; at < last; at += 64) {
    const x = v128.load(at);
    const xl = v128.and(x, low);
    const xh = v128.and(i16x8.shr_u(x, 4), low);
    const x0 = v128.and(swizzle(low0, xl), swizzle(high0, xh));
    const x1 = v128.and(swizzle(low1, xl), swizzle(high1, xh));
    const x2 = v128.and(swizzle(low2, xl), swizzle(high2, xh));
    const x3 = v128.and(swizzle(low3, xl), swizzle(high3, xh));
    const rx = v128.and(v128.and(byThree(before0, x0), byTwo(before1, x1)), v128.and(byOne(before2, x2), x3));
    const y = v128.load(at, 16);
    const yl = v128.and(y, low);
    const yh = v128.and(i16x8.shr_u(y, 4), low);
    const y0 = v128.and(swizzle(low0, yl), swizzle(high0, yh));
    const y1 = v128.and(swizzle(low1, yl), swizzle(high1, yh));
    const y2 = v128.and(swizzle(low2, yl), swizzle(high2, yh));
    const y3 = v128.and(swizzle(low3, yl), swizzle(high3, yh));
    const ry = v128.and(v128.and(byThree(x0, y0), byTwo(x1, y1)), v128.and(byOne(x2, y2), y3));
    const z = v128.load(at, 32);
    const zl = v128.and(z, low);
    const zh = v128.and(i16x8.shr_u(z, 4), low);
    const z0 = v128.and(swizzle(low0, zl), swizzle(high0, zh));
    const z1 = v128.and(swizzle(low1, zl), swizzle(high1, zh));
    const z2 = v128.and(swizzle(low2, zl), swizzle(high2, zh));
    const z3 = v128.and(swizzle(low3, zl), swizzle(high3, zh));
    const rz = v128.and(v128.and(byThree(y0, z0), byTwo(y1, z1)), v128.and(byOne(y2, z2), z3));
    const w = v128.load(at, 48);
    const wl = v128.and(w, low);
    const wh = v128.and(i16x8.shr_u(w, 4), low);
    const w0 = v128.and(swizzle(low0, wl), swizzle(high0, wh));
    const w1 = v128.and(swizzle(low1, wl), swizzle(high1, wh));
    const w2 = v128.and(swizzle(low2, wl), swizzle(high2, wh));
    const w3 = v128.and(swizzle(low3, wl), swizzle(high3, wh));
    const rw = v128.and(v128.and(byThree(z0, w0), byTwo(z1, w1)), v128.and(byOne(z2, w2), w3));
    before0 = w0;
    before1 = w1;
    before2 = w2;
    if (v128.any_true(v128.or(v128.or(rx, ry), v128.or(rz, rw)))) {
      lookShort(maskOf(rx) | (maskOf(ry) << 16) | (maskOf(rz) << 32) | (maskOf(rw) << 48), at - 3, last - 3);
    }
    const p0 = bitOf(at, table, shift);
    const p1 = bitOf(at + 13, table, shift);
    const p2 = bitOf(at + 26, table, shift);
    const p3 = bitOf(at + 39, table, shift);
    const p4 = bitOf(at + 52, table, shift);
    if ((p0 | p1 | p2 | p3 | p4) & 1) {
      // the last word of 13 that stands here was met as the first one at 52, twelve bytes before
      if (p0 & 1) lookLong(at, 0x80000000);
      if (p1 & 1) lookLong(at + 13, 0);
      if (p2 & 1) lookLong(at + 26, 0);
      if (p3 & 1) lookLong(at + 39, 0);
      if (p4 & 1) lookLong(at + 52, 0);
    }
  }
}

/** The same where there are no long literals. */
function scanShort(first: usize, last: usize): void {
  const low = i8x16.splat(15);
  const low0 = v128.load(teddy);
  const high0 = v128.load(teddy, 16);
  const low1 = v128.load(teddy, 32);
  const high1 = v128.load(teddy, 48);
  const low2 = v128.load(teddy, 64);
  const high2 = v128.load(teddy, 80);
  const low3 = v128.load(teddy, 96);
  const high3 = v128.load(teddy, 112);
  const b = v128.load(first - 16);
  const bl = v128.and(b, low);
  const bh = v128.and(i16x8.shr_u(b, 4), low);
  let before0 = v128.and(swizzle(low0, bl), swizzle(high0, bh));
  let before1 = v128.and(swizzle(low1, bl), swizzle(high1, bh));
  let before2 = v128.and(swizzle(low2, bl), swizzle(high2, bh));
  for (let at = first; at < last; at += 16) {
    const x = v128.load(at);
    const xl = v128.and(x, low);
    const xh = v128.and(i16x8.shr_u(x, 4), low);
    const x0 = v128.and(swizzle(low0, xl), swizzle(high0, xh));
    const x1 = v128.and(swizzle(low1, xl), swizzle(high1, xh));
    const x2 = v128.and(swizzle(low2, xl), swizzle(high2, xh));
    const x3 = v128.and(swizzle(low3, xl), swizzle(high3, xh));
    const rx = v128.and(v128.and(byThree(before0, x0), byTwo(before1, x1)), v128.and(byOne(before2, x2), x3));
    before0 = x0;
    before1 = x1;
    before2 = x2;
    if (v128.any_true(rx)) lookShort(maskOf(rx), at - 3, last - 3);
  }
}

function lookShort(hits: u64, base: usize, last: usize): void {
  for (let left = hits; left != 0; left &= left - 1) {
    const at = base + <usize>ctz(left);
    if (at >= last) return;
    const word: u32 = load<u32>(at) | 0x20202020;
    const key: u32 = word & 0xffffff;
    for (let entry = load<u32>(shortHeads + (<usize>((key * 0x9e3779b1) >>> shortShift) << 2)); entry != 0; ) {
      const record = entries + (<usize>entry << 4);
      const known = load<u32>(record);
      if (known == word || known == key) compare(at, record, 0);
      entry = load<u32>(record, 12);
    }
  }
}

function lookLong(at: usize, skip: u32): void {
  const hash = hashOfWord(at);
  const head = load<u32>(longHeads + (<usize>(hash >>> longShift) << 2));
  if ((head & tagOf(hash)) == 0) return;
  for (let entry = head & 0x0fffffff; entry != 0; ) {
    const record = entries + (<usize>entry << 4);
    if (load<u32>(record) == hash) compare(at, record, skip);
    entry = load<u32>(record, 12);
  }
}

/**
 * An entry: key (of a short literal its four bytes, or three if it has no more; of a long one the hash of a word), literal,
 * place in it (its upmost bit: the last word that it is met by), next entry.
 */
function compare(at: usize, record: usize, skip: u32): void {
  const marked = load<u32>(record, 8);
  if (marked & skip) return;
  const place = marked & 0x7fffffff;
  const literal = load<u32>(record, 4);
  const description = literals + (<usize>literal << 4);
  const enough = load<u32>(description, 12);
  let isThere: bool;
  if (enough & wraps) isThere = isWrapped(at, place, description, enough & ~wraps);
  else isThere = enough == 0 ? isWhole(at, place, description) : isRun(at, place, description, enough);
  if (isThere) report(at, literal, place);
}

/** Marks the last number of a literal's description: a line's end may stand anywhere in it. */
const wraps: u32 = 0x80000000;

/** A literal: length, address of its bytes, its case bit, length of a run that counts (0: the whole). */
function isWhole(at: usize, place: u32, description: usize): bool {
  const begin: usize = at - <usize>place;
  const length: usize = load<u32>(description);
  if (<isize>begin < <isize>from || begin + length > to) return false;
  const wanted: usize = load<u32>(description, 4);
  caseBit = load<u32>(description, 8);
  for (let i: usize = 0; i < length; i++) if (!isSame(begin + i, wanted, i)) return false;
  return true;
}

/** Is the byte at `at` number `index` of a literal? */
// @ts-expect-error: decorator
@inline
function isSame(at: usize, wanted: usize, index: usize): bool {
  const byte: u32 = load<u8>(wanted + index);
  const difference = byte ^ <u32>load<u8>(at);
  return difference == 0 || (difference == caseBit && isLetter(byte));
}

function isLetter(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26;
}

function isRun(at: usize, place: u32, description: usize, enough: usize): bool {
  const length: usize = load<u32>(description);
  const wanted: usize = load<u32>(description, 4);
  caseBit = load<u32>(description, 8);
  let begin: usize = 0;
  const before: usize = min(<usize>place, enough);
  while (begin < before && at - begin > from && isSame(at - begin - 1, wanted, <usize>place - begin - 1)) begin++;
  let end: usize = 0;
  while (begin + end < enough && <usize>place + end < length && at + end < to && isSame(at + end, wanted, <usize>place + end)) end++;
  return begin + end >= enough && end >= 4;
}

function isWrapped(at: usize, place: u32, description: usize, enough: usize): bool {
  const length: usize = load<u32>(description);
  const wanted: usize = load<u32>(description, 4);
  caseBit = load<u32>(description, 8);
  let begin: usize = <usize>place;
  // a word may begin in the middle of a line's end
  const inLineEnd = at > from && load<u8>(at) == 10 && load<u8>(at - 1) == 13;
  for (let to = inLineEnd ? at - 1 : at; begin > 0 && <usize>place - begin < enough; begin--) {
    to = beforeLineEnd(to, wanted, begin - 1);
    if (to == 0) break;
  }
  let end: usize = <usize>place;
  for (let next = at; end < length && (end - begin < enough || end - <usize>place < 4); end++) {
    next = afterLineEnd(next, wanted, end);
    if (next == 0) break;
  }
  return end - begin >= enough && end - <usize>place >= 4;
}

/** Where the byte before `at`, or before the line's end that stands there, begins, if it is number `index` of a literal; else 0. */
function beforeLineEnd(at: usize, wanted: usize, index: usize): usize {
  if (at > from && isSame(at - 1, wanted, index)) return at - 1;
  if (at <= from || load<u8>(at - 1) != 10) return 0;
  let before = at - 1;
  if (before > from && load<u8>(before - 1) == 13) before--;
  return before > from && isSame(before - 1, wanted, index) ? before - 1 : 0;
}

/** Where the byte at `at`, or behind the line's end that stands there, ends, if it is number `index` of a literal; else 0. */
function afterLineEnd(at: usize, wanted: usize, index: usize): usize {
  if (at < to && isSame(at, wanted, index)) return at + 1;
  let behind = at;
  if (behind < to && load<u8>(behind) == 13) behind++;
  if (behind >= to || load<u8>(behind) != 10) return 0;
  behind++;
  return behind < to && isSame(behind, wanted, index) ? behind + 1 : 0;
}

function report(at: usize, literal: u32, place: u32): void {
  if (count < mostFound) {
    const into = found + <usize>count * 12;
    store<u32>(into, <u32>at);
    store<u32>(into, literal, 4);
    store<u32>(into, place, 8);
  }
  count++;
}
