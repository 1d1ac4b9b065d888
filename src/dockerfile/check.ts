import { nearest } from "../nearest.ts";
import type { Dockerfile } from "./dockerfile.ts";
import { type DockerfileError, dockerfileError } from "./dockerfile-error.ts";
import { parseDuration, parseInteger } from "./go-number.ts";
import { parseHeredocWord } from "./heredoc.ts";
import type { Command, Flag } from "./instruction.ts";
import { KEYWORDS } from "./keyword.ts";
import { mountsOf } from "./mount.ts";
import { decode, encode, lowerCase } from "./text.ts";
import { isSpace, skipSpace, trimSpaceEnd } from "./white-space.ts";

/**
 * What BuildKit refuses in instructions that its parser took (frontend/dockerfile/instructions, and the mounts of
 * RUN): unknown instructions and flags, arguments that are missing or too many. In the order of the file.
 */
export function problemsIn(dockerfile: Dockerfile): DockerfileError[] {
  const problems: DockerfileError[] = [];
  let staged = false;
  // of a template what is written as it is can be wrong; a FROM can come from elsewhere
  const isWhole = dockerfile.template === undefined;
  for (const instruction of dockerfile.instructions) {
    staged ||= instruction.known === "FROM";
    const outside = staged || !isWhole || instruction.known === "ARG" ? undefined : "there is no FROM before it";
    const fromTemplate = instruction.marked !== undefined || instruction.ending === "unknown";
    const problem = (fromTemplate ? undefined : problemOf(instruction)) ?? outside;
    if (problem === undefined) continue;
    problems.push(dockerfileError(dockerfile.name, instruction.line, problem, "Correct the instruction."));
  }
  return problems;
}

/** What BuildKit refuses in one instruction. */
export function problemOf(command: Command): string | undefined {
  const { known, args } = command;
  switch (known) {
    case undefined: {
      const meant = nearest(command.keyword, KEYWORDS);
      const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
      return `unknown instruction ${JSON.stringify(command.keyword)}${hint}`;
    }
    case "ADD":
    case "COPY":
      return atLeast(command, 2) ?? problemOfFlags(command) ?? heredocAsDestination(command);
    case "ARG":
      return atLeast(command, 1) ?? (args.some((arg) => arg.startsWith("=")) ? "names can not be blank" : undefined);
    case "ENV":
    case "LABEL":
      return (
        problemOfFlags(command) ??
        atLeast(command, 1) ??
        (command.pairs.some(({ name }) => name === "") ? "names can not be blank" : undefined)
      );
    case "FROM":
      return problemOfFrom(command) ?? problemOfFlags(command);
    case "HEALTHCHECK":
      return atLeast(command, 1) ?? problemOfHealthcheck(command);
    case "MAINTAINER":
    case "USER":
    case "WORKDIR":
      return exactlyOne(command) ?? problemOfFlags(command);
    case "STOPSIGNAL":
      return exactlyOne(command);
    case "ONBUILD":
      return atLeast(command, 1) ?? problemOfFlags(command) ?? problemOfTrigger(command);
    case "CMD":
    case "ENTRYPOINT":
      return problemOfFlags(command);
    case "EXPOSE":
      return atLeast(command, 1) ?? problemOfFlags(command);
    case "RUN":
      return problemOfFlags(command) ?? problemOfRun(command);
    case "SHELL":
      return (
        problemOfFlags(command) ??
        atLeast(command, 1) ??
        (command.form === "json" ? undefined : "it must be in JSON form")
      );
    case "VOLUME":
      return (
        atLeast(command, 1) ??
        problemOfFlags(command) ??
        (args.some(isWhite) ? "a volume can not be an empty string" : undefined)
      );
  }
}

function atLeast({ keyword, args }: Command, count: 1 | 2): string | undefined {
  if (args.length >= count) return undefined;
  return `${keyword} requires at least ${count === 1 ? "one argument" : "two arguments"}`;
}

function exactlyOne({ keyword, args }: Command): string | undefined {
  return args.length === 1 ? undefined : `${keyword} requires exactly one argument`;
}

type FlagKind = "text" | "yes-or-no" | "many";

const FLAGS: Readonly<Partial<Record<string, Readonly<Record<string, FlagKind>>>>> = {
  ADD: {
    chown: "text",
    chmod: "text",
    checksum: "text",
    link: "yes-or-no",
    "keep-git-dir": "yes-or-no",
    unpack: "yes-or-no",
    exclude: "many",
  },
  COPY: { chown: "text", from: "text", chmod: "text", link: "yes-or-no", parents: "yes-or-no", exclude: "many" },
  FROM: { platform: "text" },
  HEALTHCHECK: {
    interval: "text",
    timeout: "text",
    "start-period": "text",
    "start-interval": "text",
    retries: "text",
  },
  RUN: { mount: "many", device: "many", network: "text", security: "text" },
};

function problemOfFlags({ keyword, flags }: Command): string | undefined {
  if (flags.length === 0) return undefined;
  const kinds = new Map(Object.entries(FLAGS[keyword] ?? {}));
  const seen = new Set<string>();
  for (const flag of flags) {
    const kind = kinds.get(flag.name);
    if (kind === undefined) {
      const meant = nearest(flag.name, kinds.keys());
      return `unknown flag --${flag.name}${meant === undefined ? "" : ` (did you mean --${meant}?)`}`;
    }
    if (seen.has(flag.name) && kind !== "many") return `the flag --${flag.name} is there twice`;
    seen.add(flag.name);
    const problem = problemOfValue(flag, kind);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfValue({ name, value }: Flag, kind: FlagKind): string | undefined {
  if (kind !== "yes-or-no") return value === undefined ? `the flag --${name} has no value` : undefined;
  if (value === undefined || /^(true|false)$/i.test(value)) return undefined;
  return value === "" ? `the flag --${name} has no value` : `the flag --${name} must be true or false`;
}

function heredocAsDestination({ keyword, args }: Command): string | undefined {
  return typeof parseHeredocWord(args.at(-1)!) === "object"
    ? `${keyword} cannot accept a heredoc as a destination`
    : undefined;
}

function problemOfFrom({ args }: Command): string | undefined {
  if (args.length === 1) return undefined;
  if (args.length !== 3 || !/^as$/iu.test(args[1]!)) return "FROM requires either one or three arguments";
  return /^[a-z][a-z0-9\-_.]*$/.test(lowerCase(args[2]!))
    ? undefined
    : `invalid name for a stage: ${JSON.stringify(args[2])} (it can't start with a number or contain symbols)`;
}

function problemOfTrigger({ args }: Command): string | undefined {
  const written = encode(args[0]!);
  const start = skipSpace(written, 0, written.length);
  const trigger = decode(written.slice(start, trimSpaceEnd(written, start, written.length))).toUpperCase();
  if (trigger === "ONBUILD") return "an ONBUILD in an ONBUILD isn't allowed";
  return trigger === "MAINTAINER" || trigger === "FROM" ? `${trigger} isn't allowed in an ONBUILD` : undefined;
}

function problemOfRun(run: Command): string | undefined {
  for (const { name, value = "" } of run.flags) {
    if (name === "network" && !/^(default|none|host)$/.test(value))
      return `invalid network mode ${JSON.stringify(value)}`;
    if (name === "security" && !/^(insecure|sandbox)$/.test(value))
      return `security ${JSON.stringify(value)} is not valid`;
  }
  const refused = mountsOf(run).find((mount) => mount.problem !== undefined);
  return refused && `the mount ${refused.flag.value} is refused: ${refused.problem}`;
}

function problemOfHealthcheck(command: Command): string | undefined {
  const [type, ...rest] = command.args;
  const kind = type!.toUpperCase();
  if (kind === "NONE") return rest.length > 0 ? "HEALTHCHECK NONE takes no arguments" : undefined;
  const flags = problemOfFlags(command);
  if (flags !== undefined) return flags;
  if (kind !== "CMD") return `unknown type ${JSON.stringify(kind)} of HEALTHCHECK (try CMD)`;
  if (rest.length === 0) return "there is no command after HEALTHCHECK CMD";
  for (const { name, value = "" } of command.flags) {
    if (value === "") continue;
    if (name === "retries") {
      const retries = parseInteger(value);
      if (retries === undefined || retries < 0) return "--retries must be a number from 0 on";
      continue;
    }
    const nanoseconds = parseDuration(value);
    if (nanoseconds === undefined) return `--${name} is no duration`;
    if (nanoseconds !== 0 && nanoseconds < 1_000_000) return `--${name} cannot be less than 1ms`;
  }
  return undefined;
}

// JavaScript's trim() takes a byte order mark too, which Go's does not
function isWhite(text: string): boolean {
  return [...text].every((character) => isSpace(character.codePointAt(0)!));
}
