/**
 * The plain entries of a tar, of which most consist: see `layer/tar-run.ts` for what is plain, and for what is told of each.
 * `layer/tar-walker.ts` reads all others, and all where there is no WebAssembly.
 */

const blockBytes: usize = 512;

// addresses, set once: a bit for each two bytes that something to be opened begins with; the table of paths and how many columns it
// has; where runs are put down
let marks: usize = 0;
let classOf: usize = 0;
let steps: usize = 0;
let classes: u32 = 0;
let starts: usize = 0;
let nameEnds: usize = 0;
let files: usize = 0;
let sizes: usize = 0;
let hashes: usize = 0;
let names: usize = 0;

export function configureSkim(
  marksAt: usize,
  classOfAt: usize,
  stepsAt: usize,
  classCount: u32,
  startsAt: usize,
  nameEndsAt: usize,
  filesAt: usize,
  sizesAt: usize,
  hashesAt: usize,
  namesAt: usize,
): void {
  marks = marksAt;
  classOf = classOfAt;
  steps = stepsAt;
  classes = classCount;
  starts = startsAt;
  nameEnds = nameEndsAt;
  files = filesAt;
  sizes = sizesAt;
  hashes = hashesAt;
  names = namesAt;
}

// of the entry that is read
let type: u32 = 0;
let size: i64 = 0;
let pathHash: f64 = 0;

/** Up to so many plain entries in a row, from the header at `from` on: how many there are. What is plain is told by what lies before `to`. */
export function skim(from: usize, to: usize, most: u32): u32 {
  let count: u32 = 0;
  let fileCount: u32 = 0;
  let nameEnd: usize = 0;
  for (let at = from; count < most && at + blockBytes <= to && isPlainHeader(at); count++) {
    const data = at + blockBytes;
    const head = <usize>min<i64>(size, <i64>blockBytes);
    if (data + head > to || !isPlainContent(data, head)) break;
    const length = takeName(at, names + nameEnd);
    if (length == 0) break;
    nameEnd += length;
    if (type == 0 || type == 0x30) fileCount++;
    const place = <usize>count << 2;
    store<u32>(starts + place, <u32>(at - from));
    store<u32>(nameEnds + place, <u32>nameEnd);
    store<u32>(files + place, fileCount);
    store<f64>(sizes + (place << 1), <f64>size);
    store<f64>(hashes + (place << 1), pathHash);
    // its content goes on behind what is at hand: what comes next is not
    if (size > <i64>(to - data)) {
      count++;
      break;
    }
    at = data + ((<usize>size + blockBytes - 1) & ~(blockBytes - 1));
  }
  return count;
}

function isPlainHeader(at: usize): bool {
  type = load<u8>(at, 156);
  // a file, a hard link, a symbolic link, a directory
  if (type != 0x30 && type != 0 && type != 0x31 && type != 0x32 && type != 0x35) return false;
  // a name in two fields: "usta", and something in the prefix, or in the second of the times that GNU has there
  if (load<u32>(at, 257) == 0x61747375 && (load<u8>(at, 345) | load<u8>(at, 357)) != 0) return false;
  size = octal(at + 124, 12);
  if (size < 0) return false;
  const isFile = type == 0x30 || type == 0;
  if (!isFile) size = 0;
  return octal(at + 148, 8) == <i64>sumOf(at);
}

/** A number that blanks or zeros may stand before; -1 for what is none. */
function octal(field: usize, length: usize): i64 {
  const end = field + length;
  let at = field;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0) break;
  }
  let value: i64 = 0;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 0x20 || byte == 0) break;
    const digit = byte - 0x30;
    if (digit > 7) return -1;
    value = (value << 3) | <i64>digit;
  }
  return value;
}

/** Of all bytes of a header, the field of the sum itself taken as blanks. Never 0. */
function sumOf(at: usize): u32 {
  let sums = i32x4.splat(0);
  for (let part: usize = 0; part < blockBytes; part += 16) {
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v128.load(at + part))));
  }
  let sum: u32 = 8 * 0x20;
  sum += i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1);
  sum += i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  for (let part: usize = 148; part < 156; part++) sum -= load<u8>(at + part);
  return sum;
}

/** Is there nothing to be opened in a file that begins so? Of `head` bytes, all that it has or a block. */
function isPlainContent(data: usize, head: usize): bool {
  if (head < 2) return true;
  const beginning = load<u16>(data);
  if (load<u8>(marks + <usize>(beginning >> 3)) & (1 << (beginning & 7))) return false;
  // a tar has its sum here
  return head < blockBytes || octal(data + 148, 8) <= 0;
}

/**
 * Puts down the header's name, as it is after unpacking, and a line's end behind it: their length, or 0 for one that is not plain.
 */
function takeName(at: usize, into: usize): usize {
  let begin = at;
  let end = at;
  while (end < at + 100 && load<u8>(end) != 0) end++;
  if (end - begin >= 2 && load<u16>(begin) == 0x2f2e) begin += 2;
  if (end > at && load<u8>(end - 1) == 0x2f) {
    // before ustar, a directory
    if (type == 0) return 0;
    end--;
  }
  if (begin >= end) return 0;
  // as `layer/path-log.ts`
  const what: u32 = type == 0x35 ? 0x9e3779b9 : 0;
  let a: u32 = 0x811c9dc5 ^ what;
  let b: u32 = 0x01000193 ^ what;
  let segment = begin;
  for (let place = begin; place < end; place++) {
    const byte: u32 = load<u8>(place);
    if (byte < 0x20 || byte > 0x7e) return 0;
    if (byte == 0x2f) {
      if (!isPlainSegment(segment, place)) return 0;
      segment = place + 1;
    }
    a = (a ^ byte) * 0x01000193;
    b = (b ^ byte) * 0x85ebca6b;
    b ^= b >>> 15;
    store<u8>(into + (place - begin), byte);
  }
  if (!isPlainSegment(segment, end)) return 0;
  // ".wh.": a whiteout
  if (end - segment >= 4 && load<u32>(segment) == 0x2e68772e) return 0;
  if ((type == 0 || type == 0x30) && mayBeRead(begin, end)) return 0;
  pathHash = <f64>a * 2097152 + <f64>(b & 0x1fffff);
  const length = end - begin;
  store<u8>(into + length, 0x0a);
  return length + 1;
}

/** As `place-filter.ts`. */
function mayBeRead(begin: usize, end: usize): bool {
  let state: u32 = 2;
  for (let at = end; at > begin; ) {
    at--;
    const row = (state - 2) * classes;
    state = load<u16>(steps + (<usize>(row + load<u8>(classOf + <usize>load<u8>(at))) << 1));
    if (state < 2) return state == 1;
  }
  return false;
}

/** Not empty, not `.` and not `..`. */
function isPlainSegment(begin: usize, end: usize): bool {
  const length = end - begin;
  if (length == 0) return false;
  if (length == 1) return load<u8>(begin) != 0x2e;
  return length != 2 || load<u16>(begin) != 0x2e2e;
}
