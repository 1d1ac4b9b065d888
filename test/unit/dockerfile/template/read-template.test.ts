import { describe, expect, it } from "vitest";
import { argsOf, scanDockerfile, settingsOf, stepsOf, toBytes } from "../../../../src/dockerfile/index.ts";
import { readAs, stepLines, uncertainLines, unseenIn } from "./read.ts";

describe("a condition", () => {
  it("around a part of a line leaves the start and the end of its instruction known", () => {
    const file = readAs("jinja", "FROM a\nRUN make {% if x %}--fast{% endif %}\nRUN next\n");
    expect(stepLines(file)).toEqual(["2", "3"]);
    expect(file.instructions[1]!.body).toBe("make --fast");
  });

  it("between continued lines leaves the end known", () => {
    const file = readAs("jinja", "FROM a\nRUN one \\\n{% if x %}\n  && two \\\n{% endif %}\n  && three\nRUN next\n");
    expect(stepLines(file)).toEqual(["2", "7"]);
    expect(file.instructions[1]!.body).toBe("one   && two   && three");
    expect(file.instructions[1]!.endLine).toBe(6);
  });

  it("with two tails has an unknown end, and the text of both", () => {
    const file = readAs("go", "FROM a\nRUN one \\\n{{ if .x }}\n  two\n{{ else }}\n  three\n{{ end }}\nRUN next\n");
    expect(stepLines(file)).toEqual(["2?", "8"]);
    expect(file.instructions[1]!.body).toBe("one   two  three");
    expect(file.instructions[1]!.endLine).toBe(6);
  });

  it("without a tail for all cases makes the next step uncertain, with the reason", () => {
    const file = readAs("go", "FROM a\nRUN one \\\n{{ if .x }}\n  two\n{{ end }}\nRUN next\nRUN last\n");
    expect(stepLines(file)).toEqual(["2?", "7"]);
    expect(file.template!.uncertain).toEqual([
      {
        line: 6,
        start: file.text.indexOf("RUN next"),
        why: "it may continue the instruction of line 2, whose end depends on the template",
      },
    ]);
  });

  it("drops the ways on which a line would begin with no instruction", () => {
    const file = readAs("go", "FROM a\n{{ if .x }}RUN one \\\n{{ end }}{{ if .x }}  && two\n{{ end }}RUN next\n");
    expect(uncertainLines(file)).toEqual([4]);
    const sure = readAs("go", "FROM a\n{{ if .x }}RUN one \\\n{{ end }}  && two\nRUN next\n");
    expect([stepLines(sure), uncertainLines(sure)]).toEqual([["2", "4"], []]);
  });

  it("that makes a comment of a line makes it uncertain", () => {
    const file = readAs("jinja", "FROM a\n{% if x %}# {% endif %}RUN one\nRUN next\n");
    expect([stepLines(file), file.template!.uncertain[0]?.why]).toEqual([["3"], "its line may be a comment"]);
  });

  it("keeps what stands in it apart: nobody knows which of it is there", () => {
    const file = readAs("jinja", "FROM a\n{% if x %}\nUSER u\n{% endif %}\nRUN one\n");
    expect(file.instructions.map(({ branch }) => branch !== undefined)).toEqual([false, true, false]);
    expect(settingsOf(file)(stepsOf(file)[0]!).user.known).toBe(false);
  });

  it("around a whole stage does not take away what holds in it", () => {
    const file = readAs("jinja", "{% if x %}\nFROM scratch\nUSER 7\nRUN one\n{% endif %}\n");
    expect(settingsOf(file)(stepsOf(file)[0]!).user).toMatchObject({ known: true, value: { uid: 7 } });
  });
});

describe("a loop", () => {
  it("may have no round, one or more", () => {
    const file = readAs("jinja", "FROM a\nRUN one \\\n{% for x in y %}\n  {{ x }} \\\n{% endfor %}\n  two\nRUN next\n");
    expect(stepLines(file)).toEqual(["2", "7"]);
  });

  it("without a round that leaves an instruction open is told by that, not by what a round may begin", () => {
    const loop = "{%- for x in y %}\n  {{ x }}{% if not loop.last %} \\{% endif %}\n{%- endfor %}";
    const file = readAs("jinja", `FROM a\nRUN one \\\n${loop}\n\nRUN next\n`);
    expect(file.template!.uncertain).toMatchObject([{ line: 7, why: expect.stringContaining("of line 2,") }]);
  });

  it("that comes to where it was on another way has happened before on both", () => {
    const heredocs = "{{#if b}}RUN <<E\n{{/if}}{{#if a~}}\nRUN <<E\n three{{~/if~}}\n";
    const file = readAs("handlebars", `FROM a\n${heredocs}{{#each x~}}E\n{{/each~}}\nRUN next\n`);
    expect([stepLines(file)[0], file.template!.uncertain]).toMatchObject([
      expect.stringMatching(/^2/),
      [{ line: 4, why: "it may be in the heredoc of line 2" }],
    ]);
  });

  it("that is in too many others is refused", () => {
    const file = readAs("go", `FROM a\n${"{{ range .x }}\n".repeat(300)}RUN one\n${"{{ end }}\n".repeat(300)}`);
    expect(file.problem?.message).toBe("Dockerfile, line 202: {{ range .x }} is in more than 200 others");
  });

  it("whose rounds run into each other makes its step uncertain", () => {
    const file = readAs("go", "FROM a\n{{ range .x }}RUN one\n{{- end }}\nRUN next\n");
    expect([stepLines(file), uncertainLines(file)]).toEqual([["4"], [2]]);
  });
});

describe("a trim marker", () => {
  it("takes the line end before a tag, which then comes from behind it", () => {
    const file = readAs("go", "FROM a\nRUN one\n{{- if .x }} && two{{ end }}\nRUN next\n");
    expect([stepLines(file), file.instructions[1]!.body]).toEqual([["2", "4"], "one && two"]);
  });

  it("that joins two lines for sure leaves no step in the second", () => {
    const file = readAs("go", "FROM a\nRUN one {{- /* x */ -}}\nRUN glued\nRUN next\n");
    expect([stepLines(file), uncertainLines(file)]).toEqual([["2", "4"], []]);
  });

  it("of a setting that is not in the file glues no instruction to the line before", () => {
    expect(stepLines(readAs("erb", "FROM a\nRUN one<% if x %> two<% end %>\nRUN\\\n  next\n"))).toEqual(["2", "3"]);
    const file = readAs("jinja", "FROM a\nRUN one{% if x %} two{% endif %}\nRUN next\n");
    expect(stepLines(file)).toEqual(["2", "3"]);
  });
});

describe("a heredoc", () => {
  it("may hold conditions and lines that look like steps", () => {
    const file = readAs("jinja", "FROM a\nRUN <<EOF\n{% if x %}\nRUN no step\n{% endif %}\nEOF\nRUN next\n");
    expect(stepLines(file)).toEqual(["2", "7"]);
    expect(file.instructions[1]!.body).toBe("<<EOF\n\nRUN no step\n\nEOF");
  });

  it("may have another terminator in each branch", () => {
    const text =
      "FROM a\nRUN {% if x %}cat <<A{% else %}cat <<B{% endif %}\nRUN no step\n{% if x %}A{% else %}B{% endif %}\n";
    expect(stepLines(readAs("jinja", `${text}RUN next\n`))).toEqual(["2", "5"]);
  });

  it("that never ends on any way is said, with its line", () => {
    expect(readAs("jinja", "FROM a\n{{ x }}\nRUN <<EOF\nb\n").problem).toMatchObject({ code: "DOCKERFILE", line: 3 });
  });
});

describe("a value", () => {
  it("is one word of the source's own text, and what it makes is not known", () => {
    const file = readAs(
      "jinja",
      'FROM {{ images["base"] }} AS build\nRUN --mount=type=cache,target={{ a b }} make {{ c }}\n',
    );
    expect(file.stages[0]).toMatchObject({ name: "build", baseText: '{{ images["base"] }}' });
    expect(file.stages[0]!.base).toMatchObject({ kind: "unknown" });
    const [step] = stepsOf(file);
    expect(step!.label).toBe("build RUN 1: make {{ c }}");
    expect(step!.mounts[0]).toMatchObject({ type: "cache", target: undefined, unresolved: ["target"] });
    expect(step!.run.flags[0]!.value).toBe("type=cache,target={{ a b }}");
  });

  it("names a stage that the same value asks for", () => {
    const file = readAs("go", "FROM a AS {{ .n }}\nFROM {{ .n }}\nCOPY --from={{ .n }} /a /b\n");
    expect(file.stages[1]).toMatchObject({ baseStage: 0, references: [{ stage: 0 }] });
  });

  it("leaves the other variables of its ENV known", () => {
    const file = readAs("jinja", "FROM scratch\nENV A={{ x }} B=c {% if y %}D=e{% endif %}\nRUN one\n");
    const { variable } = settingsOf(file)(stepsOf(file)[0]!);
    expect(variable("B")).toEqual({ known: true, value: "c" });
    expect([variable("A").known, variable("D").known]).toEqual([false, false]);
    expect(argsOf(file.instructions[1]!)).not.toEqual(file.instructions[1]!.args);
  });

  it("where instructions stand is unseen, and what follows it on its line is uncertain", () => {
    const file = readAs("placeholder", "FROM a\n%%STEPS%%\n%%MAYBE%%RUN one\nRUN two\n");
    expect([stepLines(file), unseenIn(file), uncertainLines(file)]).toEqual([
      ["4"],
      ["2 %%STEPS%%", "3 %%MAYBE%%RUN one"],
      [3],
    ]);
  });

  it("right after RUN makes it uncertain, a condition there does not", () => {
    const file = readAs("jinja", "FROM a\nRUN{{ x }} one\nRUN{% if x %} two{% endif %}\nRUN next\n");
    expect([stepLines(file), uncertainLines(file)]).toEqual([["3", "4"], [2]]);
    expect(uncertainLines(readAs("go", "FROM a\nRUN\n{{- if .x }}x y{{ end }}\nRUN next\n"))).toEqual([2]);
  });

  it("that can end in the escape character may continue its line", () => {
    const file = readAs("jinja", 'FROM a\nRUN one {{ "&& \\\\" if x }}\n  two\nRUN next\n');
    expect([stepLines(file), file.instructions[1]!.endLine]).toEqual([["2", "4"], 3]);
  });
});

describe("a value that is a line end", () => {
  it.each(['{{ "\\n" -}}', "{{- `\n` }}", "{{ println }}"])("ends the line: %s", (value) => {
    const file = readAs("go", `FROM a\n{{- if .x -}}\n${value}RUN one{{ end }}\nRUN next\n`);
    expect([stepLines(file).length, uncertainLines(file), unseenIn(file)]).toEqual([2, [], []]);
  });

  it("or that may hold one makes the step behind it uncertain, and no other", () => {
    const joined = "{{ x | join(' \\\\\\n  ') }}";
    const file = readAs("jinja", `FROM a\nRUN one ${joined} && \\\n  two\nRUN three ${joined}RUN four\nRUN next\n`);
    expect([stepLines(file), uncertainLines(file)]).toEqual([["2", "4?", "5"], [4]]);
  });
});

describe("what is elsewhere", () => {
  it("is unseen, and makes no step of what it may continue", () => {
    const file = readAs("jinja", "FROM a\n{% include 'x' %}\nRUN one && \\\n{% include 'y' %}\n\nRUN two\n");
    expect(unseenIn(file)).toEqual(["2 {% include 'x' %}", "4 {% include 'y' %}"]);
    expect([stepLines(file), uncertainLines(file)]).toEqual([["3?"], [6]]);
  });

  it("ends its line where m4's dnl takes the line end", () => {
    const file = readAs("m4", "FROM a\ninclude(`x')dnl\nRUN one\ninclude(`y')dnl\n  RUN two\n");
    expect([stepLines(file), uncertainLines(file)]).toEqual([["3", "5"], []]);
  });

  it("is in macros, whose lines are no steps where they stand", () => {
    const file = readAs("jinja", "{% macro m() %}\nRUN hidden\n{% endmacro %}\nFROM a\n{{ m() }}\nRUN one\n");
    expect([stepLines(file), uncertainLines(file)]).toEqual([["6"], [2]]);
    expect(unseenIn(file)).toEqual(["1 {% macro m() %}", "5 {{ m() }}"]);
  });

  it("may be the FROM of a step, which is in a stage without a name and with an unknown base then", () => {
    const file = readAs("cpp", '#include "base"\nARG A\nRUN one\nFROM b AS c\nRUN two\n');
    expect([stepLines(file), uncertainLines(file)]).toEqual([["3", "5"], []]);
    const base = { kind: "unknown", why: "the template does not show its FROM" };
    expect(file.stages).toMatchObject([
      { index: 0, name: undefined, from: undefined, base },
      { index: 1, name: "c" },
    ]);
  });

  it("is in no plain Dockerfile: a RUN before the first FROM is no step of one", () => {
    expect(stepsOf(scanDockerfile(toBytes("RUN one\nFROM a\nRUN two\n"))).map(({ line }) => line)).toEqual([3]);
  });
});

describe("a template that is none of its engine", () => {
  it.each([
    ["jinja", "FROM a\nRUN $\x7b#v}\nRUN b\n", 2, "has no end"],
    ["jinja", "FROM a\n{% if x %}\nRUN b\n", 2, "is never closed"],
    ["jinja", "FROM a\n{% endif %}\nRUN b\n", 2, "belongs to no opening tag"],
    ["jinja", "FROM a\n{% if x %}\n{% endfor %}\nRUN b\n", 3, "belongs to no opening tag"],
    ["m4", "FROM a\nRUN `x\n", 2, "has no end"],
    ["go", 'FROM a\nCMD ["a", 1]\n', 2, "strings"],
  ] as const)("is refused with the line: %s %j", (engine, text, line, says) => {
    const { problem, pieces } = readAs(engine, text);
    expect(problem).toMatchObject({ code: "DOCKERFILE", line });
    expect(problem!.message).toContain(says);
    expect(pieces.at(-1)!.kind).toBe("unread");
  });

  it("is whole in its pieces also where its first line, behind a byte order mark, is refused", () => {
    const { text, pieces } = readAs("m4", "\uFEFFdefine(`x\nRUN a\n");
    expect(pieces.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
  });

  it("is refused where conditions come to too many ways", () => {
    const lines = Array.from({ length: 50 }, (_, n) => `{{ if .x }}RUN ${n} \\\n{{ end }}`).join("");
    expect(readAs("go", `FROM a\n${lines}\n`).problem!.message).toContain("ways");
  });
});

describe("a tag's code", () => {
  it.each([
    ["ejs", '<% switch (x) { case "a": %>\nRUN one\n<% break; default: %>\nRUN two\n<% break; } %>\n'],
    ["ejs", '<% const url = "https://example.com/a"; %>\nRUN one\n\nRUN two\n\n'],
    ["ejs", "<% if (x) { // why %>\nRUN one\n<% } else { /* else */ %>\nRUN two\n<% } %>\n"],
    ["erb", "<% # things that we do %>\nRUN one\n\nRUN two\n\n"],
    ["erb", '<% x.each do |y| # each %>\nRUN one\n<% end # of "x" %>\nRUN two\n\n'],
    ["erb", '<% if x == "#{y}" %>\nRUN one\n<% else # no %>\nRUN two\n<% end %>\n'],
    ["go", '{{ defineDatasource "a" "b" -}}\nRUN one\n\nRUN two\n\n'],
  ] as const)("of %s may have comments and texts in it: %j", (engine, text) => {
    const file = readAs(engine, `FROM a\n${text}RUN next\n`);
    expect(file.problem).toBeUndefined();
    expect([stepLines(file), uncertainLines(file), unseenIn(file)]).toEqual([["3", "5", "7"], [], []]);
  });
});

describe("the first lines", () => {
  it("are directives behind tags that give nothing", () => {
    const file = readAs("jinja", "{# x #}\n{%- set y = 1 %}\n# escape=`\nFROM a\nRUN one `\n  two\\\nRUN next\n");
    expect([file.escape, stepLines(file)]).toEqual(["`", ["5", "7"]]);
  });
});
