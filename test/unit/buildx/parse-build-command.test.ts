import fc from "fast-check";
import { expect, test } from "vitest";
import { buildFlags } from "../../../src/buildx/flag-table.ts";
import { parseBuildCommand } from "../../../src/buildx/parse-build-command.ts";
import { printBuildCommand } from "../../../src/buildx/print-build-command.ts";

const parse = (line: string) => parseBuildCommand(line.split(" ").filter((word) => word !== ""));

test("flags stand in any position and every spelling", () => {
  const command = parse("-tone . --tag two --tag=three -t four -t=five --load -qD --build-arg A=1 --build-arg B");
  expect(command).toMatchObject({
    context: ".",
    tags: ["one", "two", "three", "four", "five"],
    load: true,
    quiet: true,
    debug: true,
    buildArgs: [
      { name: "A", value: "1" },
      { name: "B", value: undefined },
    ],
  });
  expect(command.refused).toBeUndefined();
});

test.each([
  ["-qtx .", { quiet: true, tags: ["x"] }],
  ["-qt x .", { quiet: true, tags: ["x"] }],
  ["-qt=x .", { quiet: true, tags: ["x"] }],
  ["-t= .", { tags: ["="] }],
  ["-q=false .", { quiet: false }],
  ["--push=false .", { push: false }],
  ["--push --push=0 .", { push: false }],
  ["--tag -x .", { tags: ["-x"] }],
  ["--tag -- .", { tags: ["--"] }],
  ["--file= .", { context: "." }],
  ["-f - .", { file: "-", context: "." }],
  ["-", { context: "-" }],
  ["-- -t", { context: "-t", tags: [] }],
  ["--target a --target b .", { target: "b" }],
  [
    "--platform linux/amd64,linux/arm64 --platform linux/s390x .",
    { platforms: ["linux/amd64", "linux/arm64", "linux/s390x"] },
  ],
  ["--add-host a:1,b:2 --add-host c:3 .", { addHosts: ["a:1", "b:2", "c:3"] }],
  ["--build-context a=b=c .", { buildContexts: [{ name: "a", value: "b=c" }] }],
  ["--progress=quiet .", { quiet: true }],
  ["--no-cache --pull --no-cache-filter a,b .", { noCache: true, pull: true, noCacheFilter: ["a", "b"] }],
  ["-m 1g -c 2 .", { context: "." }],
  [".", { call: "build" }],
  ["--check .", { call: "check" }],
  ["--check=false .", { call: "build" }],
  ["--call outline,format=json .", { call: "outline" }],
  ["--print targets .", { call: "targets" }],
  ["--check --call= .", { call: "build" }],
  ["--call=build .", { call: "build" }],
])("%s is read as Docker reads it", (line, expected) => {
  const command = parse(line);
  expect(command).toMatchObject(expected);
  expect(command.refused).toBeUndefined();
});

test("secrets, outputs and caches are read as what they are", () => {
  expect(parse("--secret id=a,src=/f -o type=local,dest=out --cache-to x/y --cache-from type=gha .")).toMatchObject({
    secrets: [{ id: "a", file: "/f" }],
    outputs: [{ type: "local", dest: "out" }],
    cacheTo: [{ type: "registry", attributes: { ref: "x/y" } }],
    cacheFrom: [{ type: "gha" }],
  });
});

test.each([
  ["", "no context"],
  [". .", "more than one context"],
  [". --tag", "--tag needs a value"],
  [". -t", "-t needs a value"],
  ["--load=perhaps .", "--load is true or false"],
  ["---x .", "---x is not a flag"],
  ["--=x .", "--=x is not a flag"],
  ["--secret src=/f .", "no id"],
  ["--output dest=x,push=true .", "no type"],
  ["--cache-to a=b .", "no type"],
  ["--iidfile i -o out .", "--iidfile does not go"],
])("what Docker refuses is left to Docker: %s", (line, reason) => {
  const command = parse(line);
  expect(command.refused).toContain(reason);
  expect(printBuildCommand(command).join(" ")).toBe(line);
});

test("an empty context is refused, and help needs none", () => {
  expect(parseBuildCommand([""]).refused).toContain("empty");
  expect(parse("--help")).toMatchObject({ help: true, context: "" });
  expect(parse("-h").refused).toBeUndefined();
});

test("the reason of a refusal holds no value", () => {
  const { refused } = parse('--secret id=a,value="tell-no-one .');
  expect(refused).toBeDefined();
  expect(refused).not.toContain("tell-no-one");
});

test("own flags are read in any position, and not passed on", () => {
  const command = parse("--seal-with sccache -t x --seal-scan=warn . --seal-print");
  expect(command.own).toEqual({ with: ["sccache"], scan: "warn", print: true, requireIdentity: false, allow: [] });
  expect(printBuildCommand(command)).toEqual(["-t", "x", "."]);
});

test("after -- there are no flags, not even own ones", () => {
  const command = parse("-- --seal-print");
  expect(command).toMatchObject({ context: "--seal-print", own: { print: false } });
});

test("an unknown flag with an attached value is one whole", () => {
  expect(parse("--brand-new=x .")).toMatchObject({ context: ".", unknown: ["brand-new"] });
});

test("an unknown flag takes the next word where there would be one argument too many", () => {
  expect(parse("--brand-new x .")).toMatchObject({ context: "." });
  expect(parse("--brand-new x -t y . -z w")).toMatchObject({ context: ".", tags: ["y"], unknown: ["brand-new", "z"] });
});

test("an unknown flag takes none where the argument is the only one", () => {
  expect(parse("--brand-new .")).toMatchObject({ context: "." });
  expect(parse("-qz .")).toMatchObject({ context: ".", quiet: true, unknown: ["z"] });
  expect(parse(". --brand-new")).toMatchObject({ context: "." });
});

test("two readings of unknown flags are an error that says how to write it", () => {
  expect(() => parse("--one a --two b")).toThrow(/--one and --two/);
});

/** Words as a user may write them, from the table itself; each group with what it sets. */
const value = fc.stringMatching(/^[a-z0-9./:=,-]{0,12}$/).filter((word) => word !== "");
const flagWords = fc.constantFrom(...buildFlags.filter(({ name }) => name !== "help")).chain((flag) => {
  const short = flag.short;
  if (flag.boolean) {
    const forms = [[`--${flag.name}`], [`--${flag.name}=false`], ...(short === undefined ? [] : [[`-${short}`]])];
    return fc.constantFrom(...forms);
  }
  return value.chain((word) =>
    fc.constantFrom(
      [`--${flag.name}`, word],
      [`--${flag.name}=${word}`],
      ...(short === undefined ? [] : [[`-${short}`, word], [`-${short}${word}`], [`-${short}=${word}`]]),
    ),
  );
});
const ownWords = fc.constantFrom(["--seal-with", "sccache"], ["--seal-print"], ["--seal-scan=off"]);

test("what is passed on stays as it was, word for word", () => {
  fc.assert(
    fc.property(fc.array(flagWords), fc.array(flagWords), value, (before, after, context) => {
      const words = [...before.flat(), context.replace(/^-+/, "x"), ...after.flat()];
      expect(printBuildCommand(parseBuildCommand(words))).toEqual(words);
    }),
  );
});

test("own flags change nothing in what is passed on", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(flagWords, ownWords)), (groups) => {
      const others = groups.filter(([word]) => !word?.startsWith("--seal-"));
      const words = [...groups.flat(), "."];
      expect(printBuildCommand(parseBuildCommand(words))).toEqual([...others.flat(), "."]);
    }),
  );
});

test("any words at all are either read or passed on as they are", () => {
  const word = fc.oneof(value, fc.constantFrom("-", "--", "-t", "-qz", "--x", "--tag", "--=", "-q=1", ""));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      fc.pre(!words.some((one) => one.startsWith("--seal-")));
      let printed: string[];
      try {
        printed = printBuildCommand(parseBuildCommand(words));
      } catch (error) {
        expect(error).toHaveProperty("code", "ARGUMENT");
        return;
      }
      expect(printed).toEqual(words);
    }),
  );
});

test("what is dropped is gone from the next reading, and nothing else is", () => {
  const dropped = new Set(["tag", "output", "push", "quiet", "file"]);
  fc.assert(
    fc.property(fc.array(flagWords), (groups) => {
      const settingsOf = (words: readonly string[]) =>
        parseBuildCommand(words).pieces.flatMap((piece) => (piece.kind === "flags" ? piece.settings : []));
      const words = [...groups.flat(), "."];
      const kept = printBuildCommand(parseBuildCommand(words), { drop: ({ name }) => dropped.has(name) });
      expect(settingsOf(kept)).toEqual(settingsOf(words).filter(({ name }) => !dropped.has(name)));
    }),
  );
});
