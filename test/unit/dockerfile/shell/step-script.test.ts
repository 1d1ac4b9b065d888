import { describe, expect, test } from "vitest";
import { readDockerfile, stepsOf } from "../../../../src/dockerfile/index.ts";
import { readStep, shellsOf } from "../../../../src/dockerfile/shell/index.ts";

function scripts(text: string) {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const shellOf = shellsOf(dockerfile.stages);
  return stepsOf(dockerfile).map((step) => {
    const script = readStep(step.run, { shell: shellOf(step), templates: false });
    const words = script.commands.map((command) => command.words.map(({ value, raw }) => value ?? raw));
    const places = script.commands.map(({ start, end }) => step.body.slice(start, end));
    return { words, places, traced: script.scopes[0]?.traced };
  });
}

describe("a step's script", () => {
  test("in JSON form is one command of literal words, and what a shell in it is given", () => {
    const [plain, shell] = scripts('FROM a\nRUN ["a", "$B", "c d"]\nRUN ["sh", "-xc", "e \\"f\\" && g\'h\'"]');
    expect(plain!.words).toEqual([["a", "$B", "c d"]]);
    expect(shell!.words.slice(1)).toEqual([["e", "f"], ["gh"]]);
    expect(shell!.places.slice(1)).toEqual(['e \\"f\\"', "g'h'"]);
  });

  test("is a here-doc's text where that is all, or the input of the command before it", () => {
    const [own, fed, python, shebang] = scripts(
      "FROM a\nRUN <<EOF\nset -e\nb $C\nEOF\nRUN cat <<EOF > f && d\n$E\nEOF\nRUN <<EOF python3\nprint(1)\nEOF\nRUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF",
    );
    expect(own!.places).toEqual(["set -e", "b $C"]);
    expect(fed!.words).toEqual([["cat"], ["d"]]);
    expect(python!.words).toEqual([["python3"]]);
    expect(shebang!.words).toEqual([["/usr/bin/env", "python3"]]);
  });

  test("is traced by a #! line or by SHELL with -x, in stages built upon that one too", () => {
    const steps = scripts(
      'FROM a AS b\nRUN c\nSHELL ["/bin/bash", "-exc"]\nRUN d\nRUN <<EOF\n#!/bin/bash -x\nf\nEOF\nFROM b\nRUN e\nFROM a\nRUN g',
    );
    expect(steps.map(({ traced }) => traced)).toEqual([false, true, true, true, false]);
  });

  test("of PowerShell and cmd has their words and variables", () => {
    const [power, cmd] = scripts(
      'FROM mcr.microsoft.com/windows/servercore:1 AS a\nSHELL ["powershell", "-Command"]\nRUN Write-Host $env:TOKEN; Get-Item \'a b\' | Out-Null\nFROM mcr.microsoft.com/windows/nanoserver:1\nRUN echo %TOKEN% && del "c d"',
    );
    expect(power!.words).toEqual([["Write-Host", "$env:TOKEN"], ["Get-Item", "a b"], ["Out-Null"]]);
    expect(cmd!.words).toEqual([
      ["echo", "%TOKEN%"],
      ["del", "c d"],
    ]);
  });
});
