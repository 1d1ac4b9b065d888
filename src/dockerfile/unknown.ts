/**
 * A value that holds something unknown is carried through expansion as text with a mark in it: a lone high surrogate,
 * which decoded text never holds. What an expansion gives is known when no mark is left in it.
 */

/** What is known of something: its value, or why it is not known. */
export type Known<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export type UnknownMarks = {
  /** Text that stands for something unknown. */
  readonly mark: (why: string) => string;
  /** The value, or why it is not known. */
  readonly reveal: (text: string) => Known<string>;
};

const FIRST_MARK = 0xd800;
const MARKS = 0x3ff;
const LONE_HIGH_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/;

/** Stands for what a template makes: a value, or text that a condition chooses. */
export const TEMPLATE_MARK = "\uDBFF";
const TEMPLATE_MAKES_IT = "a template makes it";

export function holdsUnknown(text: string): boolean {
  return LONE_HIGH_SURROGATE.test(text);
}

export function createUnknownMarks(): UnknownMarks {
  const reasons = new Map<string, string>();
  const byMark = new Map<string, string>();
  return {
    mark(why) {
      const existing = reasons.get(why);
      if (existing !== undefined) return existing;
      if (byMark.size === MARKS) return String.fromCharCode(FIRST_MARK + MARKS - 1);
      const mark = String.fromCharCode(FIRST_MARK + byMark.size);
      reasons.set(why, mark);
      byMark.set(mark, why);
      return mark;
    },
    reveal(text) {
      const found = LONE_HIGH_SURROGATE.exec(text);
      if (found === null) return { known: true, value: text };
      return { known: false, why: byMark.get(found[0]) ?? TEMPLATE_MAKES_IT };
    },
  };
}
