import { type BuildInput, type ContainerBuild, secretId } from "../../workflow/build.ts";
import { plainText } from "../../workflow/command/plain-text.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { isKeyFile, type KeyPart, keyPartOf } from "./key-part.ts";
import { type StaticKeyPlace, spanOf } from "./static-key-place.ts";
import { takenKey } from "./taken-key.ts";

/** What a secret hands on, and the name that it goes by. */
export type KeySource = { readonly part: KeyPart; readonly name: string };

/** A build's secrets and arguments that are parts of a static key. `gone`: ids that migrated Dockerfiles asked for as one. */
export function buildKeysIn(build: ContainerBuild, gone: ReadonlySet<string>): StaticKeyPlace[] {
  const { job, step, command } = build;
  const secrets = build.secrets.flatMap((input): StaticKeyPlace[] => {
    const source = sourceOf(input, gone);
    if (source === undefined) return [];
    const common = { ...source, job, step };
    const { option } = input;
    if (command === undefined || option === undefined) {
      return [{ kind: "build-secret", build, input, ...common, ...spanOf(input) }];
    }
    const place = placeOf(command.script.source, option.from, option.to);
    return [{ kind: "argument", command, option, id: input.name, ...common, ...place }];
  });
  const args = build.args.flatMap((arg): StaticKeyPlace[] => {
    const part = keyPartOf(arg.name);
    return part === undefined ? [] : [{ kind: "build-arg", part, name: arg.name, build, ...spanOf(arg), job, step }];
  });
  return [...secrets, ...args];
}

/** The variable or the file that a build's secret is taken from, where that is a part of a static key. */
function sourceOf({ name, value, by }: BuildInput, gone: ReadonlySet<string>): KeySource | undefined {
  if (value === undefined) return keyNamed(name) ?? goneKey(name, gone);
  if (by === "secret-envs") return keyNamed(value.text.trim()) ?? keyNamed(name) ?? goneKey(name, gone);
  if (by === "secret-files") return keyFile(value.text) ?? keyNamed(name) ?? goneKey(name, gone);
  if (by === "secrets") {
    const taken = takenKey(value);
    return (taken === undefined ? undefined : keyNamed(taken)) ?? keyNamed(name) ?? goneKey(name, gone);
  }
  const text = plainText(value.text);
  // bake: `TARGET.secrets=id=…`
  return sourceOfFields(by === "set" ? text.replace(/^[^=]*=/, "") : text, gone);
}

/** What `id=…,env=NAME`, `id=…,src=FILE` or `id=NAME` alone takes. */
export function sourceOfFields(text: string, gone: ReadonlySet<string> = new Set()): KeySource | undefined {
  const fields = new Map(
    text.split(",").map((field) => {
      const equals = field.indexOf("=");
      return [field.slice(0, Math.max(0, equals)).toLowerCase(), field.slice(equals + 1)] as const;
    }),
  );
  const id = secretId(text);
  const source = fields.get("src") ?? fields.get("source");
  const variable = fields.get("env") ?? (fields.get("type") === "env" ? (source ?? id) : undefined);
  if (variable !== undefined) return keyNamed(variable) ?? goneKey(id, gone);
  return (source === undefined ? undefined : keyFile(source)) ?? keyNamed(id) ?? goneKey(id, gone);
}

export function keyNamed(name: string): KeySource | undefined {
  const part = keyPartOf(name);
  return part && { part, name };
}

function keyFile(path: string): KeySource | undefined {
  return isKeyFile(path) ? { part: "file", name: "an AWS credentials file" } : undefined;
}

function goneKey(id: string, gone: ReadonlySet<string>): KeySource | undefined {
  return gone.has(id) ? { part: "file", name: id } : undefined;
}
