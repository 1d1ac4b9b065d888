// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { array, assert, constantFrom, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { readShell, type ShellCommand } from "../../../../src/dockerfile/shell/index.ts";

/** Each command as one line: assignments, words (`?raw` where something is expanded), redirects. */
function shown(text: string): string[] {
  return readShell(text).commands.map((command) =>
    [
      ...command.assignments.map(({ name, value }) => `${name}=${value.value ?? `?${value.raw}`}`),
      ...command.words.map(({ value, raw }) => value ?? `?${raw}`),
      ...command.redirects.map(
        ({ fd, operator, target }) => `${fd ?? ""}${operator}${target.value ?? `?${target.raw}`}`,
      ),
    ].join(" "),
  );
}
const programs = (text: string) => readShell(text).commands.map(({ words }) => words[0]?.value ?? words[0]?.raw ?? "");
const at = (text: string, index: number): ShellCommand => readShell(text).commands[index]!;

describe("simple commands", () => {
  test("are parted by operators and line ends, not by those in quotes or comments", () => {
    expect(shown("a && b||c;d & e\nf 'g && h' \"i;j\" k\\;l # m; n\no#p")).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
      "f g && h i;j k;l",
      "o#p",
    ]);
  });

  test("begin with assignments, and have redirects anywhere", () => {
    expect(shown("A=1 B='x y' 2>&1 cmd >out arg <in 3>>more &>all")).toEqual([
      "A=1 B=x y cmd arg 2>&1 >out <in 3>>more &>all",
    ]);
    expect(shown("A+=2 B[1]=3")).toEqual(["A=2 B=3"]);
  });

  test("keep the words of quotes of every kind", () => {
    expect(shown(`echo 'a'"b"\\c $'d\\te\\x41\\u00e9' $"f" "g\\"\\$h\\i" ""`)).toEqual(['echo abc d\teAé f g"$h\\i ']);
  });

  test("are joined over continued lines", () => {
    expect(shown("a \\\n  b\\\nc")).toEqual(["a bc"]);
  });
});

describe("variables", () => {
  test("are those whose value becomes part of the word; others are only asked for", () => {
    const [word] = at("x", 0).words;
    expect(word).toMatchObject({ value: "x", variables: [], asked: [] });
    expect(at("\"$A ${B} ${C:-$D} ${#E} ${F:+x} ${G#*/} ${!H} $1 $$ \\$I\" '$J'", 0).words[0]).toMatchObject({
      value: undefined,
      variables: ["A", "B", "C", "D", "G", "H"],
      asked: ["E", "F"],
    });
  });

  test("are found in here-docs and here-strings that expand them, and not in quoted ones", () => {
    expect(at("cat <<A\n$X ${Y}\nA", 0).redirects[0]).toMatchObject({
      heredoc: "$X ${Y}\n",
      content: { variables: ["X", "Y"] },
    });
    expect(at("cat <<'A'\n$X\nA", 0).redirects[0]).toMatchObject({
      heredoc: "$X\n",
      content: { value: "$X\n", variables: [] },
    });
    expect(at('cat <<<"$X"', 0).redirects[0]!.target.variables).toEqual(["X"]);
  });
});

describe("compound commands", () => {
  test("give the simple commands in them", () => {
    expect(
      programs("if a; then b; elif ! c; then d; else e; fi; while f; do g; done; until h; do i; done; { j; }; (k; l)"),
    ).toEqual([..."abcdefghijkl"]);
    expect(programs('case "$x" in a|b) c ;; (d) e; f;; *) g & esac; h')).toEqual([..."cefgh"]);
    expect(programs("[[ $a =~ ^(x|y)$ && -f b ]] && c; ((i++ > (2))); d")).toEqual(["[[", "c", "((i++ > (2)))", "d"]);
  });

  test("that loop assign each word to their variable", () => {
    expect(shown("for f in a $(b) 'c d'; do echo \"$f\"; done")).toEqual(["f=a f=?$(b) f=c d", "b", 'echo ?"$f"']);
    expect(programs("for ((i=0; i<3; i++)); do a; done; for x do b; done")).toEqual(["((i=0; i<3; i++))", "a", "b"]);
  });

  test("that are functions say so of their commands", () => {
    const { commands } = readShell("f() { a; $(b); }; function g { c; }; function h() ( d ); f");
    expect(commands.map(({ within }) => within)).toEqual([
      "function",
      "function",
      "substitution",
      "function",
      "function",
      "script",
    ]);
  });

  test("hand their redirects and pipes on to their commands", () => {
    const { commands } = readShell("{ a; b > x; (c); } | d; (e; f) >> y; while read l; do g; done < z");
    expect(commands.map(({ pipeTo }) => pipeTo)).toEqual([
      3,
      undefined,
      3,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(commands.map(({ redirectedBy }) => redirectedBy)).toEqual([
      ...Array(4).fill(undefined),
      6,
      6,
      ...Array(4).fill(undefined),
    ]);
  });

  test("read a pipe with their first command", () => {
    const { commands } = readShell("a | b |& { c; d; } | while read e; do f; done");
    expect(commands.map(({ pipeTo }) => pipeTo)).toEqual([1, 2, 4, 4, undefined, undefined]);
  });
});

describe("substitutions", () => {
  test("are commands of the word they stand in, at every depth", () => {
    const text = 'A=$(b "$(c)") d "`e \\`f\\``" <(g) $((1 + $(h)))';
    const { commands } = readShell(text);
    expect(programs(text)).toEqual(["d", "b", "c", "e", "f", "g", "h"]);
    expect(commands.map(({ inWord }) => inWord)).toEqual([undefined, 0, 1, 0, 3, 0, 0]);
    expect(commands.slice(1).every(({ within }) => within === "substitution")).toBe(true);
  });

  test("are told from arithmetic, also where a subshell stands first in one", () => {
    expect(programs("echo $((1<<2)); x=$((a) | b); y=$(( (1) ))")).toEqual(["echo", "", "a", "b", ""]);
  });

  test("end at their own bracket, not at that of a case", () => {
    expect(programs("a $(case x in y) b ;; esac; c) d; e")).toEqual(["a", "b", "c", "e"]);
  });
});

describe("scripts in scripts", () => {
  test("are read where a literal is given to a shell", () => {
    expect(
      programs(`sh -c 'a; b' && bash -euxo pipefail -c "c $X; d \\$Y" && sudo -u x env A=b dash -lc 'e "f"'`),
    ).toEqual(["sh", "a", "b", "bash", "c", "d", "sudo", "e"]);
    expect(programs("eval \"a b\"; trap 'rm -f x' EXIT; su app -c 'c d'; sh script.sh -c 'e'")).toEqual([
      "eval",
      "a",
      "trap",
      "rm",
      "su",
      "c",
      "sh",
    ]);
  });

  test("are read where a here-doc is fed to a shell, and not where another program reads it", () => {
    expect(programs("bash <<'E' | tee l\na\nE\ncat <<E | sh\nb\nE\npython3 <<E\nc()\nE")).toEqual([
      "bash",
      "tee",
      "a",
      "cat",
      "sh",
      "b",
      "python3",
    ]);
    expect(at("bash <<'E' | tee l\na\nE", 2).pipeTo).toBe(1);
  });

  test("have places in the text that was given, through any quoting", () => {
    const text = `x && sh -c "a \\"\\$B\\" 'c'; sh -c 'd e'"`;
    const { commands } = readShell(text);
    const of = (index: number) => text.slice(commands[index]!.start, commands[index]!.end);
    expect([of(2), of(3), of(4)]).toEqual([`a \\"\\$B\\" 'c'`, "sh -c 'd e'", "d e"]);
  });

  test("run in a shell of their own, traced or not", () => {
    const { commands, scopes } = readShell("a; (b); sh -xc c; bash -o xtrace <<E\nd\nE\neval e");
    const of = (index: number) => scopes[commands[index]!.scope]!;
    expect([of(0), of(1), of(3), of(5), of(7)]).toEqual([
      { kind: "shell", parent: undefined, traced: false },
      { kind: "subshell", parent: 0, traced: false },
      { kind: "shell", parent: 0, traced: true },
      { kind: "shell", parent: 0, traced: true },
      { kind: "eval", parent: 0, traced: false },
    ]);
  });
});

describe("templates", () => {
  test("leave control tags out, and mark words that hold a value", () => {
    const { commands } = readShell(
      "{% if x %}a{% endif %} && {{ b }} --c={{ d['e'] }} '{{ f['g'] }}' && {%- if h %} i{% endif %}\n<% if j %> k <%= l %>",
    );
    expect(commands.map(({ words }) => words.map(({ raw }) => raw))).toEqual([
      ["a"],
      ["{{ b }}", "--c={{ d['e'] }}", "'{{ f['g'] }}'"],
      ["i"],
      ["k", "<%= l %>"],
    ]);
    expect(commands.map(({ words }) => words.map(({ template }) => template))).toEqual([
      [false],
      [true, true, true],
      [false],
      [false, true],
    ]);
    expect(commands[1]!.words[0]!.value).toBeUndefined();
  });

  test("are not looked for in a text that is none", () => {
    expect(readShell("docker inspect -f '{{.Id}}' a", { templates: false }).commands[0]!.words[3]).toMatchObject({
      value: "{{.Id}}",
      template: false,
    });
  });
});

// what opens, closes and ends things, to be mixed
const atoms = constantFrom(
  ..."a |'|\"|$(|$((|))|)|(|`|\\|{ |} |if |then |fi |case | in |esac |;;|;|\n|<<E |E\n|<<-E|&& |${|}|{{|}}|{% |%}|<%|%>|sh -c |eval |[[ | ]]|x=|x=(|#|<(|> |2>&1|$'|((|for i in |do |done |f() |&|\t|é|😀|\0|\r\n|bash <<E\n|!(|$x|\\\n".split(
    "|",
  ),
  "| ",
);

describe("any text", () => {
  test("is read without an error, and everything found lies in it", () => {
    assert(
      property(array(atoms, { maxLength: 60 }), string(), (parts, tail) => {
        const text = parts.join("") + tail;
        const { commands, scopes } = readShell(text);
        for (const command of commands) {
          expect(command.start).toBeGreaterThanOrEqual(0);
          expect(command.end).toBeLessThanOrEqual(text.length);
          for (const word of command.words) expect(word.start <= word.end && word.end <= text.length).toBe(true);
          for (const index of [command.pipeTo, command.redirectedBy, command.inWord]) {
            if (index !== undefined) expect(index).toBeLessThan(commands.length);
          }
          expect(scopes[command.scope]).toBeDefined();
        }
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  test("of plain words in single quotes comes back as it was", () => {
    assert(
      property(array(string(), { minLength: 1 }), (words) => {
        const text = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
        const [command, ...others] = readShell(text, { templates: false }).commands;
        expect(others).toEqual([]);
        expect(command!.words.map(({ value }) => value)).toEqual(words);
      }),
      { numRuns: 1000, seed: 4 },
    );
  });

  test.each(["$(", "(", "{ ", "${", "`", '"$(', "x=(", "sh -c '", "case x in ", "[[ ", "$((", "<<E "])(
    "nested 20,000 times (%s) needs no deep stack",
    (atom) => {
      expect(() => readShell(atom.repeat(20_000))).not.toThrow();
    },
  );
});
