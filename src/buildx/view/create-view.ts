import { createPlainView } from "./plain.ts";
import { createQuietView } from "./quiet.ts";
import { createRawJsonView } from "./rawjson.ts";
import type { View, ViewKind, ViewOptions } from "./view.ts";

/** Each kind loads what it needs, and no more. */
const kinds: Readonly<Record<ViewKind, (options: ViewOptions) => View | Promise<View>>> = {
  plain: createPlainView,
  quiet: createQuietView,
  rawjson: createRawJsonView,
  async live(options) {
    const [{ createLiveView }, { createLogUpdate }] = await Promise.all([import("./live.ts"), import("log-update")]);
    return createLiveView(options, createLogUpdate);
  },
};

export async function createView(kind: ViewKind, options: ViewOptions): Promise<View> {
  return kinds[kind](options);
}
