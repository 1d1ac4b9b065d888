import { describe, expect, test } from "vitest";
import { parseContainerCommand } from "../../../../src/cli/run/container-command.ts";
import { readHelp, runFlags } from "../../../../src/cli/run/flag-table.ts";
import { SealError } from "../../../../src/error.ts";

const parse = (...words: string[]) => parseContainerCommand(words, runFlags());

describe("a command line of docker run", () => {
  test("has its image behind the flags and their values, and the container's own words behind that", () => {
    const command = parse("--rm", "-it", "--name", "x", "-eA=1", "-e", "B", "image:1", "sh", "-c", "--seal-with x -d");
    expect(command).toMatchObject({
      image: "image:1",
      args: ["sh", "-c", "--seal-with x -d"],
      flagWords: ["--rm", "-it", "--name", "x", "-eA=1", "-e", "B"],
      remove: true,
      tty: true,
      detach: false,
      env: [
        { name: "A", value: "1" },
        { name: "B", value: undefined },
      ],
    });
  });

  test.each([
    [["-d", "i"], { detach: true, image: "i" }],
    [["-dit", "i"], { detach: true, tty: true, image: "i" }],
    [["--detach=false", "i"], { detach: false }],
    [["-u", "0:0", "--user=1", "i"], { image: "i" }],
    [["-h", "host", "i"], { image: "i", help: false }],
    [["--help"], { help: true, image: undefined }],
    [["--restart", "always", "i"], { restart: "always" }],
    [
      ["--cidfile", "f", "--pull=never", "--platform", "linux/arm64", "-q", "i"],
      { cidfile: "f", pull: "never", quiet: true },
    ],
    [["--log-driver", "none", "i"], { isLogged: false }],
    [
      ["-v", "/a:/b:ro", "-v", "/c", "--mount", "type=bind,src=/x,target=/y", "--tmpfs", "/t:size=1m", "i"],
      { targets: ["/b", "/c", "/y", "/t"] },
    ],
    [["--env-file", "e", "--", "i", "-d"], { envFiles: ["e"], image: "i", args: ["-d"], detach: false }],
    [["--rm"], { image: undefined }],
    [["--name"], { refused: true }],
  ] as const)("%j is read as Docker reads it", (words, expected) => {
    expect(parse(...words)).toMatchObject(expected);
  });

  test("gives our own flags to us alone, and only before the image", () => {
    const command = parse("--seal-with=sccache", "--rm", "--seal-config", "f.yaml", "i", "--seal-print");
    expect(command.own).toMatchObject({ with: ["sccache"], config: "f.yaml", print: false });
    expect(command.flagWords).toEqual(["--rm"]);
    expect(command.args).toEqual(["--seal-print"]);
  });

  test("with a flag of ours that means nothing here is told which there are", () => {
    const error = (() => {
      try {
        return parse("--seal-scan=off", "i");
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(SealError);
    expect((error as SealError).message).toContain("--seal-scan");
  });

  test("with a flag of a newer Docker is read once its help is known", () => {
    expect(parse("--newer", "value", "image").unknown).toEqual(["--newer"]);
    const help = `Options:
      --newer string                     Something
                                         that --older takes
  -z, --zap                              A switch
      --longest-of-all-the-flags-there-are
                                         A switch with a long name
`;
    const more = readHelp(help);
    expect(more).toEqual([
      { name: "newer" },
      { name: "zap", short: "z", boolean: true },
      { name: "longest-of-all-the-flags-there-are", boolean: true },
    ]);
    const command = parseContainerCommand(["--newer", "value", "-zt", "image"], runFlags(more));
    expect(command).toMatchObject({ image: "image", unknown: [], tty: true });
  });
});
