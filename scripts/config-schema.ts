/** Writes schema.json, by which editors know the keys of buildseal.yaml. `npm run docs`. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { jsonSchema } from "../src/config/json-schema.ts";

writeFileSync(resolve(import.meta.dirname, "../schema.json"), `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
