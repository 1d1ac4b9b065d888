import type { BakeFile, BakeTarget, CiEntry, CiFile } from "../document.ts";
import type { SourcedText } from "../sourced-text.ts";
import { rawText } from "../sourced-text.ts";
import { namedMaps, namedTexts } from "../yaml/entry.ts";
import { asMap, asText, entriesOf, leavesOf, valueAt, type YamlValue } from "../yaml/yaml-value.ts";
import type { HclBlock, HclBody } from "./hcl.ts";
import type { HclAttribute, HclValue } from "./hcl-value.ts";

type Content = Omit<BakeFile, keyof CiFile>;

export function readBakeHcl(body: HclBody, file: string): Content {
  const ofType = (type: string) => body.blocks.filter((block) => block.type === type);
  return {
    kind: "bake",
    format: "hcl",
    variables: ofType("variable").map((block) => {
      const initial = attribute(block, "default");
      const name = rawText(file, block.start, block.end);
      return {
        name: { ...name, text: block.labels[0] ?? "" },
        value: initial === undefined ? undefined : givenIn(initial.value, file),
        start: block.start,
        end: block.end,
        ownLines: true,
      };
    }),
    targets: ofType("target").map((block) => targetOf(block, file)),
  };
}

function targetOf(block: HclBlock, file: string): BakeTarget {
  const args = attribute(block, "args")?.value;
  const secrets = attribute(block, "secret")?.value;
  return {
    name: block.labels[0] ?? "",
    start: block.start,
    end: block.end,
    args: args?.kind === "object" ? args.attributes.map((one) => entryOf(one, file)) : [],
    secrets: secrets?.kind === "list" ? secrets.items.flatMap((item) => secretOf(item, file)) : [],
  };
}

/** `"id=…,env=…"`, or `{ id = …, env = … }` written so. */
function secretOf(item: HclValue, file: string): SourcedText[] {
  if (item.kind === "text") return [item.content];
  if (item.kind !== "object") return [];
  const fields = item.attributes.map((one) => `${one.name.text}=${textOf(one.value, file).text}`);
  return [{ ...rawText(file, item.start, item.end), text: fields.join(",") }];
}

function entryOf(one: HclAttribute, file: string): CiEntry {
  return { name: one.name, value: givenIn(one.value, file), start: one.start, end: one.end, ownLines: true };
}

/** `null` is the same as nothing. */
function givenIn(value: HclValue, file: string): SourcedText | undefined {
  return value.kind === "opaque" && value.content.text === "null" ? undefined : textOf(value, file);
}

/** A text as it is; anything else as `${…}`, which it is the same as. */
function textOf(value: HclValue, file: string): SourcedText {
  if (value.kind === "text") return value.content;
  const raw = rawText(file, value.start, value.end);
  return { ...raw, text: `\${${raw.text}}` };
}

function attribute(block: HclBlock, name: string): HclAttribute | undefined {
  return block.body.attributes.find((one) => one.name.text === name);
}

/** A bake file in JSON. */
export function readBakeJson(documents: readonly YamlValue[]): Content {
  const root = asMap(documents[0]);
  return {
    kind: "bake",
    format: "json",
    variables: namedMaps(valueAt(root, "variable"), "default"),
    targets: entriesOf(asMap(valueAt(root, "target"))).map((entry) => {
      const target = asMap(entry.value);
      const secrets = valueAt(target, "secret");
      const objects = secrets?.kind === "list" ? secrets.items.flatMap((item) => asMap(item) ?? []) : [];
      return {
        name: entry.key.text,
        start: entry.start,
        end: entry.end,
        args: namedTexts(valueAt(target, "args")),
        secrets: [
          ...leavesOf(secrets).map((leaf) => leaf.text),
          ...objects.map((map): SourcedText => {
            const fields = entriesOf(map).map((one) => `${one.key.text}=${asText(one.value)?.text ?? ""}`);
            const { start, end } = map;
            return { text: fields.join(","), starts: [0], sources: [start], start, end, writing: "raw" };
          }),
        ],
      };
    }),
  };
}
