import { inspect } from "node:util";

/**
 * A value that cannot be shown by accident: printing, inspecting, serialising or cloning a Secret gives its
 * name or nothing. The only way to the bytes is `expose()`, which is easy to find in a review.
 */
export class Secret {
  readonly #bytes: Uint8Array;
  readonly name: string;

  constructor(name: string, value: string | Uint8Array) {
    this.name = name;
    this.#bytes = typeof value === "string" ? new TextEncoder().encode(value) : Uint8Array.from(value);
    Object.freeze(this);
  }

  /** The value's own bytes: to write into its file, to search for, to send to its issuer. Do not modify or keep. */
  expose(): Uint8Array {
    return this.#bytes;
  }

  /** The value as text; bytes that are not UTF-8 become U+FFFD. */
  exposeText(): string {
    return new TextDecoder().decode(this.#bytes);
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  equals(other: Secret): boolean {
    return Buffer.compare(this.#bytes, other.#bytes) === 0;
  }

  toString(): string {
    return `[secret ${this.name}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.toPrimitive](): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
