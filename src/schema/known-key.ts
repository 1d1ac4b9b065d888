import type { core } from "zod";
import type { Path } from "./fault.ts";

export type Schema = core.$ZodType;

/** The schema of what stands at a path of a value. */
export function schemaAt(schema: Schema, path: Path, value: unknown): Schema | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const inner = innerAt(branchFor(schema, value), step);
  return inner === undefined ? undefined : schemaAt(inner, rest, valueAt(value, [step]));
}

/** The keys that a schema knows; those of a union are its branch's that fits the value best. */
export function knownKeys(schema: Schema | undefined, value: unknown): readonly string[] {
  return Object.keys(shapeOf(schema === undefined ? undefined : branchFor(schema, value)) ?? {});
}

/** The branches of a union, in its order, where no key chooses among them. */
export function branchesOf(schema: Schema | undefined): readonly Schema[] {
  const def = schema === undefined ? undefined : defOf(withoutOptional(schema));
  return def?.type === "union" && !("discriminator" in def) ? def.options : [];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, step)
        ? (at as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}

/** The keys that stand there; undefined: it is no object. */
export function keysIn(value: unknown): readonly string[] | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined;
}

const defOf = (schema: Schema) => (schema as core.$ZodTypes)._zod.def;

function withoutOptional(schema: Schema): Schema {
  const def = defOf(schema);
  return def.type === "optional" ? withoutOptional(def.innerType) : schema;
}

function branchFor(schema: Schema, value: unknown): Schema | undefined {
  const plain = withoutOptional(schema);
  const def = defOf(plain);
  if (def.type !== "union") return plain;
  const { discriminator } = def as Partial<core.$ZodDiscriminatedUnionDef>;
  const branch =
    discriminator === undefined
      ? fullest(def.options, value)
      : def.options.find((one) => takes(shapeOf(one)?.[discriminator], valueAt(value, [discriminator])));
  return branch === undefined ? undefined : branchFor(branch, value);
}

/** Of a union's branches the one for lists, or that for objects which knows the most of the keys. */
export function fullest(branches: readonly Schema[], value: unknown): Schema | undefined {
  const keys = keysIn(value);
  if (keys === undefined) return branches.find((branch) => defOf(branch).type === "array");
  const known = branches.map((branch) => keys.filter((key) => knownKeys(branch, value).includes(key)).length);
  return branches[known.indexOf(Math.max(...known))];
}

function takes(literal: Schema | undefined, value: unknown): boolean {
  const def = literal === undefined ? undefined : defOf(literal);
  return def?.type === "literal" && (def.values as readonly unknown[]).includes(value);
}

function shapeOf(schema: Schema | undefined): core.$ZodShape | undefined {
  const def = schema === undefined ? undefined : defOf(schema);
  return def?.type === "object" ? def.shape : undefined;
}

function innerAt(schema: Schema | undefined, step: PropertyKey): Schema | undefined {
  const def = schema === undefined ? undefined : defOf(schema);
  if (def?.type === "object") return Object.hasOwn(def.shape, step) ? def.shape[String(step)] : undefined;
  if (def?.type === "array") return def.element;
  if (def?.type === "record") return def.valueType;
  if (def?.type === "tuple") return def.items[Number(step)] ?? def.rest ?? undefined;
  return undefined;
}
