import type { Mask } from "../../secret/mask.ts";
import type { View } from "../view/view.ts";
import { type BuildEvent, createBuildModel, type Step } from "./build-model.ts";
import { createProgressCleaner, type Exposure } from "./clean-progress.ts";
import { createProgressParser } from "./parse-progress.ts";

/** From the bytes of `--progress=rawjson` to what is seen of a build. */
export type Progress = {
  readonly push: (chunk: Uint8Array) => void;
  readonly end: () => void;
  /** The steps that began so far. */
  readonly steps: () => readonly Step[];
  /** The values that the mask hid so far, with the step that printed them. */
  readonly exposures: () => readonly Exposure[];
};

export type ProgressOptions = {
  readonly mask: Mask;
  readonly view: View;
  /** Texts that are left out of step names: the mounts that were inserted, each with the blank behind it. */
  readonly hidden?: readonly string[];
  /** Hears what the view hears. */
  readonly onEvent?: (event: BuildEvent) => void;
};

export function createProgress({ mask, view, hidden = [], onEvent }: ProgressOptions): Progress {
  const model = createBuildModel((event) => {
    view.event(event);
    onEvent?.(event);
  });
  const cleaner = createProgressCleaner(mask, hidden, (item) => {
    view.item(item);
    model.push(item);
  });
  const parser = createProgressParser(cleaner.push);
  return {
    push: parser.push,
    end() {
      parser.end();
      cleaner.end();
      model.end();
      view.end();
    },
    steps: model.steps,
    exposures: cleaner.exposures,
  };
}
