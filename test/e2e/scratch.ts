import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createStateFolder } from "./service/state-folder.ts";

// Each service of a test file takes itself away when the process ends: that many are meant.
process.setMaxListeners(50);
const { path: root } = createStateFolder("scratch");

/** An empty folder on disk; it goes with all others of this test file when its process ends. */
export const createScratch = (name: string): string => mkdtempSync(join(root, `${name}-`));
