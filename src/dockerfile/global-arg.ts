import type { BuildFacts } from "./build-facts.ts";
import { argsOf, type Instruction } from "./instruction.ts";
import { lex } from "./shell-lexer.ts";
import type { UnknownMarks } from "./unknown.ts";

/** Values may hold marks of something unknown. */
export type GlobalArgs = ReadonlyMap<string, string>;

/** The ARGs before the first FROM and those that BuildKit sets itself (buildMetaArgs, defaultArgs). */
export function globalArgs(
  file: { readonly instructions: readonly Instruction[]; readonly escape: "\\" | "`" },
  facts: BuildFacts,
  lastStageName: string | undefined,
  marks: UnknownMarks,
): GlobalArgs {
  const args = new Map(platformArgs(facts, lastStageName, marks));
  for (const instruction of file.instructions) {
    if (instruction.known === "FROM") break;
    if (instruction.known !== "ARG") continue;
    for (const arg of argsOf(instruction)) {
      const { name, value } = splitArg(arg);
      const given = facts.buildArgs?.get(name)?.toWellFormed();
      if (given !== undefined) args.set(name, given);
      else if (instruction.branch !== undefined)
        args.set(name, marks.mark(`a condition of the template sets ARG ${name}`));
      else if (value !== undefined) {
        const lexed = lex(value, { escape: file.escape, lookup: (variable) => args.get(variable) });
        args.set(
          name,
          lexed.ok ? lexed.result : marks.mark(`the value of ARG ${name} cannot be expanded: ${lexed.problem}`),
        );
      }
    }
  }
  return args;
}

export function splitArg(arg: string): { readonly name: string; readonly value: string | undefined } {
  const equals = arg.indexOf("=");
  return equals < 0 ? { name: arg, value: undefined } : { name: arg.slice(0, equals), value: arg.slice(equals + 1) };
}

function platformArgs(
  facts: BuildFacts,
  lastStageName: string | undefined,
  marks: UnknownMarks,
): readonly (readonly [string, string])[] {
  const target = facts.platform === undefined ? undefined : parsePlatform(facts.platform);
  const unknownTarget = marks.mark("the target platform is not known");
  const unknownBuilder = marks.mark("the builder's platform is not known");
  const args: [string, string][] = [
    ["BUILDPLATFORM", unknownBuilder],
    ["BUILDOS", unknownBuilder],
    ["BUILDOSVERSION", unknownBuilder],
    ["BUILDARCH", unknownBuilder],
    ["BUILDVARIANT", unknownBuilder],
    ["TARGETPLATFORM", target?.name ?? unknownTarget],
    ["TARGETOS", target?.os ?? unknownTarget],
    ["TARGETOSVERSION", target === undefined || target.os === "windows" ? unknownTarget : ""],
    ["TARGETARCH", target?.architecture ?? unknownTarget],
    ["TARGETVARIANT", target?.variant ?? unknownTarget],
    ["TARGETSTAGE", facts.target || lastStageName || "default"],
  ];
  return args.map(([name, value]) => [name, facts.buildArgs?.get(name)?.toWellFormed() ?? value]);
}

type Platform = { readonly name: string; readonly os: string; readonly architecture: string; readonly variant: string };

// containerd/platforms' names for an architecture and the variants that are the default
const ARCHITECTURES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["x86_64", ["amd64", ""]],
  ["x86-64", ["amd64", ""]],
  ["aarch64", ["arm64", ""]],
  ["arm", ["arm", "v7"]],
  ["armhf", ["arm", "v7"]],
  ["armel", ["arm", "v6"]],
  ["i386", ["386", ""]],
]);

function parsePlatform(text: string): Platform | undefined {
  const [os = "", written = "", writtenVariant = ""] = text.toLowerCase().split("/");
  if (os === "" || written === "") return undefined;
  const [architecture, defaultVariant] = ARCHITECTURES.get(written) ?? [written, ""];
  const variant =
    writtenVariant === "" ? defaultVariant : /^\d+$/.test(writtenVariant) ? `v${writtenVariant}` : writtenVariant;
  const isDefault = (architecture === "arm64" && variant === "v8") || (architecture === "amd64" && variant === "v1");
  const shown = isDefault ? "" : variant;
  return { name: [os, architecture, shown].filter((part) => part !== "").join("/"), os, architecture, variant: shown };
}
