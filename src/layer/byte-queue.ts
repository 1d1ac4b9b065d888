/** Bytes on their way from one who cannot wait to one who takes his time. */
export type ByteQueue = AsyncIterable<Uint8Array> & {
  readonly push: (bytes: Uint8Array) => void;
  readonly close: () => void;
  /** Resolves when everything that was pushed so far has been taken, and more is asked for. */
  readonly drained: () => Promise<void>;
};

export function createByteQueue(): ByteQueue {
  const waiting: Uint8Array[] = [];
  let closed = false;
  let abandoned = false;
  let wake: (() => void) | undefined;
  let hungry = false;
  const onHungry: (() => void)[] = [];

  async function* take(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) {
          yield next;
          continue;
        }
        if (closed) return;
        hungry = true;
        for (const resolve of onHungry.splice(0)) resolve();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      // Who takes no more does not need what is still coming.
      abandoned = true;
      waiting.length = 0;
    }
  }

  function stir(): void {
    hungry = false;
    wake?.();
    wake = undefined;
  }

  return {
    push: (bytes) => {
      if (!abandoned) waiting.push(bytes);
      stir();
    },
    close: () => {
      closed = true;
      stir();
    },
    drained: () => (hungry ? Promise.resolve() : new Promise((resolve) => onHungry.push(resolve))),
    [Symbol.asyncIterator]: take,
  };
}
