/** Writes the schemas by which editors know the keys of buildseal.yaml and of a policy. `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { configEditorSchema, policyEditorSchema } from "./editor-schema.ts";

const root = resolve(import.meta.dirname, "../..");
const page = (path: string): string => readFileSync(resolve(root, "docs", path), "utf8");
const write = (file: string, schema: object): void =>
  writeFileSync(resolve(root, file), `${JSON.stringify(schema, undefined, 2)}\n`);

write("schema.json", await configEditorSchema(page));
write("policy.schema.json", policyEditorSchema(page));
