import { describe, expect, test } from "vitest";
import {
  assignmentIn,
  environmentOf,
  invocationOf,
  programOf,
  readShell,
} from "../../../../src/dockerfile/shell/index.ts";

const command = (text: string) => readShell(text).commands[0]!;

describe("the program of a command", () => {
  test.each([
    ["curl -x", "curl"],
    ["/usr/bin/curl", "curl"],
    ["env -i -u X A=b C=$D curl", "curl"],
    ["sudo -E -u app -- curl", "curl"],
    ["sudo -uapp FOO=1 curl", "curl"],
    ["exec -a n curl", "curl"],
    ["time -p curl", "curl"],
    ["nice -n 5 ionice -c2 curl", "curl"],
    ["xargs -0 -n 1 -I {} curl {}", "curl"],
    ["timeout -k 5 30s curl", "curl"],
    ["gosu app:app curl", "curl"],
    ["runuser -u app -- curl", "curl"],
    ["runuser --user=app curl", "curl"],
    ["runuser -l app -c curl", "runuser"],
    ["runuser app -c curl", "runuser"],
    ["nvm exec curl", "curl"],
    ["nvm exec 18.2 curl", "curl"],
    ["nvm install 18", "nvm"],
    ["poetry run curl", "curl"],
    ["poetry install", "poetry"],
    ["command -v curl", "command"],
    ["env", "env"],
    ["sudo -l", "sudo"],
    ["stdbuf -oL curl", "curl"],
  ])("%s is %s", (text, program) => {
    expect(programOf(command(text))).toBe(program);
  });

  test("is not known where it is a variable, or there is none", () => {
    expect(programOf(command("$X y"))).toBeUndefined();
    expect(programOf(command("A=b"))).toBeUndefined();
  });

  test("comes with its own arguments", () => {
    expect(invocationOf(command("A=1 sudo env B=2 curl -s x"))?.arguments.map(({ value }) => value)).toEqual([
      "-s",
      "x",
    ]);
    expect(environmentOf(command("A=1 sudo env B=2 curl C=3")).map(({ name, value }) => [name, value.value])).toEqual([
      ["A", "1"],
      ["B", "2"],
    ]);
  });

  test("may be given assignments as words", () => {
    expect(assignmentIn(command("export A='b c'").words[1]!)).toMatchObject({ name: "A", value: { value: "b c" } });
    expect(assignmentIn(command("export A").words[1]!)).toBeUndefined();
  });
});
