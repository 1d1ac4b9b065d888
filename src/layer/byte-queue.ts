/** Bytes on their way from one who cannot wait to one who takes his time. */
export type ByteQueue = AsyncIterable<Uint8Array> & {
  readonly push: (bytes: Uint8Array) => void;
  readonly close: () => void;
  /** Resolves when little enough waits to be taken that more should come. */
  readonly hungry: () => Promise<void>;
};

/** While so much waits, who takes it need not be fed. */
const lowBytes = 1 << 20;

export function createByteQueue(): ByteQueue {
  const waiting: Uint8Array[] = [];
  let closed = false;
  let abandoned = false;
  let wake: (() => void) | undefined;
  let waitingBytes = 0;
  const onHungry: (() => void)[] = [];

  async function* take(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) {
          waitingBytes -= next.length;
          if (isHungry()) feedMe();
          yield next;
          continue;
        }
        if (closed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      // Who takes no more does not need what is still coming.
      abandoned = true;
      waiting.length = 0;
      waitingBytes = 0;
      feedMe();
    }
  }

  const isHungry = (): boolean => waitingBytes <= lowBytes;

  function feedMe(): void {
    for (const resolve of onHungry.splice(0)) resolve();
  }

  function stir(): void {
    wake?.();
    wake = undefined;
  }

  return {
    push: (bytes) => {
      if (abandoned) return;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      stir();
    },
    close: () => {
      closed = true;
      stir();
    },
    hungry: () => (isHungry() ? Promise.resolve() : new Promise((resolve) => onHungry.push(resolve))),
    [Symbol.asyncIterator]: take,
  };
}
