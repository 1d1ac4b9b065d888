/** Writes down which paths no rule reads a file at: `src/scan/place-table.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeRules } from "../../src/scan/rule/every-rule.ts";
import { makePlaceTable } from "./make.ts";
import { packSteps } from "./pack.ts";

const { classOf, classes, steps } = makePlaceTable(placeRules.map(({ place }) => place));
const packed = packSteps(steps, classes);
const base64 = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString("base64"));
writeFileSync(
  join(import.meta.dirname, "../../src/scan/place-table.ts"),
  `// made of the rules' places by scripts/place-table
export const classes: number = ${classes};
export const states: number = ${steps.length / classes};
export const classOf: string = ${base64(classOf)};
export const packedSteps: string =
  ${base64(packed)};
`,
);
console.log(`places: ${steps.length / classes} states in ${packed.length} bytes`);
