/** Writes down which paths no rule reads a file at: `src/scan/place-table.ts`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeRules } from "../../src/scan/rule/every-rule.ts";
import { makePlaceTable } from "./make.ts";

const { classOf, classes, steps } = makePlaceTable(placeRules.map(({ place }) => place));
const base64 = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString("base64"));
writeFileSync(
  join(import.meta.dirname, "../../src/scan/place-table.ts"),
  `// made of the rules' places by scripts/place-table
export const classes: number = ${classes};
export const classOf: string = ${base64(classOf)};
export const steps: string =
  ${base64(steps)};
`,
);
console.log(`places: ${steps.length / classes} states, ${classes} classes of characters`);
