import { z } from "zod";
import { configSchema } from "./config.ts";

/** The schema of buildseal.yaml as JSON Schema, for editors. What only a program can check is not in it. */
export function jsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { target: "draft-7", io: "input" });
  return { $schema, title: "buildseal.yaml", ...rest };
}
