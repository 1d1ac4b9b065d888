import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createRepository, runCommand, writeIn } from "./command-line.ts";
import { createScratch } from "./scratch.ts";
import { createValue } from "./value.ts";
import { xmlProblem } from "./xml.ts";

const lint = (folder: string, ...words: string[]) => runCommand(folder, ["lint", ...words]);

const good = "FROM debian:12\nRUN make\n";
const bad = "FROM debian:12\nRUM make\n";
/** One finding of each severity, and two that --fix mends. */
const three = `FROM debian:12
RUM make
RUN --mount=type=secret,id=a make install A=/run/secrets/a
RUN --mount=id=b,type=secret,required=true make install B=/run/secrets/b
`;

const formats = ["text", "json", "sarif", "junit", "github", "gitlab"];
const places = ({ stdout }: { stdout: string }): string[] =>
  (JSON.parse(stdout) as z.infer<typeof jsonShape>).findings.map(
    ({ where, rule }) => `${where.file}:${where.line} ${rule}`,
  );
const filesOf = (folder: string, ...words: string[]): string[] => [
  ...new Set(places(lint(folder, "--format", "json", ...words)).map((place) => place.split(":")[0]!)),
];

const severity = z.enum(["error", "warning", "info"]);
const position = z.int().min(1);
const jsonShape = z.strictObject({
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("buildseal"), version: z.string().min(1) }),
  complete: z.boolean(),
  subject: z.strictObject({ kind: z.literal("files"), name: z.string() }),
  findings: z.array(
    z.strictObject({
      rule: z.string().regex(/^[a-z-]+$/),
      severity,
      message: z.string().min(10),
      remedy: z.string().min(10),
      fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
      secret: z.strictObject({ name: z.string().optional(), redacted: z.string() }).optional(),
      where: z.strictObject({
        file: z.string(),
        line: position,
        column: position,
        endLine: position,
        endColumn: position,
      }),
      places: z.array(z.unknown()).optional(),
    }),
  ),
  skipped: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  stats: z.strictObject({ bytes: z.int(), files: z.int(), layers: z.literal(0), ms: z.number() }),
});

describe("text", () => {
  test("shows the line with carets below it and what to do, in the order of the lines", () => {
    const { stdout, status } = lint(createRepository({ Dockerfile: three }));
    expect(status).toBe(1);
    expect(stdout).toContain(`Dockerfile
  2:1  error  This is no instruction of a Dockerfile  [unreadable-dockerfile]
    2 | RUM make
      | ^^^
    → Did you mean RUN?
`);
    const [first, second, third] = ["  2:1  ", "  3:5  ", "  4:5  "].map((place) => stdout.indexOf(place));
    expect(first! > 0 && second! > first! && third! > second!).toBe(true);
    expect(stdout).toContain("    3 | RUN --mount=type=secret,id=a make");
    expect(stdout).toContain("      |     ^^^^^^^^^^^^^^^^^^^^^^^^\n");
    expect(stdout).toMatch(/\n1 error, 1 warning, 1 info in 1 file\. --fix mends 2 of them\. .*\n$/);
  });

  test("has colours where they are asked for, and none in a file or a pipe", () => {
    const folder = createRepository({ Dockerfile: three });
    expect(lint(folder).stdout).not.toContain("\x1b");
    expect(runCommand(folder, ["lint"], { variables: { FORCE_COLOR: "1" } }).stdout).toContain("\x1b[31m");
  });
});

describe("json", () => {
  test("has the contract's shape, the worst first", () => {
    const { stdout } = lint(createRepository({ "b/Dockerfile": three, "a/Dockerfile": three }), "--format", "json");
    const report = jsonShape.parse(JSON.parse(stdout));
    expect(report.findings.map((finding) => finding.severity)).toEqual([
      "error",
      "error",
      "warning",
      "warning",
      "info",
      "info",
    ]);
    expect([report.complete, report.stats.files, report.stats.bytes]).toEqual([true, 2, 2 * three.length]);
    expect(report.findings[2]!.where).toEqual({
      file: "a/Dockerfile",
      line: 3,
      column: 5,
      endLine: 3,
      endColumn: 29,
    });
  });

  test("counts columns in UTF-16 units", () => {
    const folder = createRepository({
      Dockerfile: "FROM a\nRUN : 😀 é && --mount\n  RUM\n# 😀\nENV É=😀 API_TOKEN=x\n",
    });
    const { findings } = jsonShape.parse(JSON.parse(lint(folder, "--format", "json").stdout));
    const at = findings.find(({ where }) => where.line === 5)!.where;
    expect("ENV É=😀 API_TOKEN=x".slice(at.column - 1, at.endColumn - 1)).toContain("API_TOKEN");
  });

  test("is the same from run to run but for the time, and a fingerprint outlives new lines above", () => {
    const folder = createRepository({ Dockerfile: three });
    const read = () => jsonShape.parse(JSON.parse(lint(folder, "--format", "json").stdout));
    const first = read();
    expect({ ...read(), stats: null }).toEqual({ ...first, stats: null });
    writeIn(folder, "Dockerfile", `# one\n# two\n${three}`);
    expect(read().findings.map(({ fingerprint }) => fingerprint)).toEqual(
      first.findings.map(({ fingerprint }) => fingerprint),
    );
  });
});

describe("sarif", () => {
  const text = z.strictObject({ text: z.string().min(1).max(1024), markdown: z.string().min(1).optional() });
  const message = z.strictObject({ text: z.string().min(1) });
  const shape = z.strictObject({
    $schema: z.url(),
    version: z.literal("2.1.0"),
    runs: z.tuple([
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string(),
            version: z.string(),
            informationUri: z.url().optional(),
            rules: z.array(
              z.strictObject({
                id: z.string(),
                shortDescription: text,
                fullDescription: text.optional(),
                help: z.strictObject({ text: z.string().min(1), markdown: z.string().min(1) }),
                helpUri: z.url().optional(),
                defaultConfiguration: z.strictObject({ level: z.enum(["error", "warning", "note"]) }),
                properties: z.strictObject({
                  tags: z.array(z.string()).max(20),
                  precision: z.enum(["very-high", "high", "medium", "low"]),
                  "security-severity": z.string().regex(/^(?:10|\d)\.\d$/),
                }),
              }),
            ),
          }),
        }),
        columnKind: z.literal("utf16CodeUnits"),
        originalUriBaseIds: z.record(z.string(), z.strictObject({ description: message })),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.array(z.strictObject({ level: z.literal("error"), message })).optional(),
          }),
        ),
        results: z
          .array(
            z.strictObject({
              ruleId: z.string(),
              ruleIndex: z.int().min(0),
              level: z.enum(["error", "warning", "note"]),
              message,
              locations: z
                .array(
                  z.strictObject({
                    physicalLocation: z.strictObject({
                      artifactLocation: z.strictObject({
                        // RFC 3986: a relative reference, as GitHub wants it
                        uri: z.string().regex(/^(?!\/)(?:[\w.~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$/),
                        uriBaseId: z.literal("%SRCROOT%"),
                      }),
                      region: z.strictObject({
                        startLine: position,
                        startColumn: position,
                        endLine: position,
                        endColumn: position,
                      }),
                    }),
                  }),
                )
                .length(1),
              partialFingerprints: z.record(z.string(), z.string().min(1)),
            }),
          )
          .max(25_000),
      }),
    ]),
  });

  test("is a log that the schema and code scanning take, with the rules that its results name", () => {
    const folder = createRepository({ "a b/ä#.Dockerfile": three, "c/Dockerfile": three });
    const { stdout } = lint(join(folder, "c"), "--format", "sarif", "..", "gone");
    const [run] = shape.parse(JSON.parse(stdout)).runs;
    const { rules } = run.tool.driver;
    expect(run.results).toHaveLength(6);
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]!.id).toBe(ruleId);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    const uris = run.results.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri);
    expect(new Set(uris)).toEqual(new Set(["a%20b/%C3%A4%23.Dockerfile", "c/Dockerfile"]));
    expect(run.invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ message: { text: "gone was not read: there is no such file" } }],
    });
  });

  test("of nothing found is a log without results", () => {
    const { stdout, status } = lint(createRepository({ Dockerfile: good }), "--format", "sarif");
    expect([status, shape.parse(JSON.parse(stdout)).runs[0].results]).toEqual([0, []]);
  });
});

describe("the formats of CI servers", () => {
  test("junit is well-formed, and its numbers are those of its cases", () => {
    const folder = createRepository({ "a&<b>.Dockerfile": `${three}RUN echo "]]>&<'\n`, Dockerfile: good });
    const { stdout } = lint(folder, "--format", "junit", ".", "gone");
    expect(xmlProblem(stdout)).toBeUndefined();
    const count = (pattern: RegExp) => stdout.match(pattern)!.length;
    expect(stdout).toContain(
      `<testsuites name="buildseal" tests="${count(/<testcase /g)}" failures="${count(/<failure /g)}" errors="${count(/<error /g)}"`,
    );
    expect(stdout).toMatch(/<testcase name="clean" classname="Dockerfile"\/>/);
  });

  test("github is a command for each finding, from the repository's root on", () => {
    const folder = createRepository({ "a,b/Dockerfile": three });
    const { stdout } = lint(join(folder, "a,b"), "--format", "github");
    const lines = stdout.trimEnd().split("\n");
    for (const line of lines) {
      expect(line).toMatch(
        /^::(?:error|warning|notice) file=a%2Cb\/Dockerfile,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[^,:]+::\S.+$/,
      );
    }
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["::error", "::warning", "::notice"]);
  });

  test("gitlab is a Code Quality report", () => {
    const shape = z.array(
      z.strictObject({
        description: z.string().min(1),
        check_name: z.string().min(1),
        fingerprint: z.string().min(1),
        severity: z.enum(["info", "minor", "major", "critical", "blocker"]),
        location: z.strictObject({
          path: z.string().regex(/^(?!\.?\/)/),
          lines: z.strictObject({ begin: position, end: position }),
        }),
      }),
    );
    const folder = createRepository({ "a/Dockerfile": three + three });
    const issues = shape.parse(JSON.parse(lint(join(folder, "a"), "--format", "gitlab").stdout));
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    expect(new Set(issues.map(({ location }) => location.path))).toEqual(new Set(["a/Dockerfile"]));
    expect(JSON.parse(lint(createRepository({ Dockerfile: good }), "--format", "gitlab").stdout)).toEqual([]);
  });

  test("go to files, several at once, and the status is the same for all", () => {
    const folder = createRepository({ Dockerfile: three });
    const words = formats.slice(1).flatMap((format) => ["--format", `${format}=out/${format}`]);
    writeIn(folder, "out/kept", "");
    const { status, stdout } = lint(folder, "--format", "text", ...words);
    expect([status, stdout.includes("2:1  error")]).toEqual([1, true]);
    for (const format of formats.slice(1)) {
      const alone = lint(folder, "--format", format);
      const written = readFileSync(join(folder, "out", format), "utf8");
      const timeless = (text: string) => text.replace(/"ms": \d+|time="[\d.]+"/g, "");
      expect([format, alone.status, timeless(written)]).toEqual([format, 1, timeless(alone.stdout)]);
    }
    expect(lint(folder, "--format", "json=gone/x.json")).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("a secret's value in a file", () => {
  test("is found, and shown in no format, no diff and no error", () => {
    const value = createValue();
    const text = `FROM debian:12
ENV API_TOKEN=${value}
ARG PASSWORD="${value}"
LABEL token=${value}
RUN curl -H "Authorization: Bearer ${value}" https://u:${value}@example.com/
RUN <<EOF
export NPM_TOKEN=${value}
npm ci
EOF
COPY <<EOF /root/.netrc
machine example.com login me password ${value}
EOF
# buildseal: ignore=nothing reason=${value}
RUN --mount=type=secret,id=a --password ${value} make A=/run/secrets/a
CMD ["app", "--token=${value}"]
${value}
`;
    const workflow = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: docker build --build-arg NPM_TOKEN=${value} .\n`;
    const folder = createRepository({ Dockerfile: text, ".github/workflows/ci.yml": workflow });
    // the run itself searches stdout and stderr
    for (const format of formats) expect([format, lint(folder, "--format", format).status]).toEqual([format, 1]);
    expect(places(lint(folder, "--format", "json")).length).toBeGreaterThan(7);
    expect(lint(folder, "--fix", "--diff", "--unsafe-fixes").stdout).toContain("@@");
    for (const name of ["buildseal.yaml", "known.json"])
      writeIn(folder, name, `{ "version": 1, "secrets": "${value}" }`);
    expect(lint(folder).status).toBe(2);
    expect(lint(folder, "--config", "known.json", "--baseline", "known.json").status).toBe(2);
  });
});

describe("mending", () => {
  test("leaves what lints clean, changes nothing the second time, and --diff shows it before", () => {
    const text = three.replace("RUM make\n", "");
    const folder = createRepository({ "a/Dockerfile": text, "b/Dockerfile": good });
    const shown = lint(folder, "--fix", "--diff");
    expect(readFileSync(join(folder, "a/Dockerfile"), "utf8")).toBe(text);
    expect(shown.stdout.match(/^[-+] ?R.*$/gm)).toEqual([
      "-RUN --mount=type=secret,id=a make install A=/run/secrets/a",
      "+RUN --mount=type=secret,id=a,required=true make install A=/run/secrets/a",
      "-RUN --mount=id=b,type=secret,required=true make install B=/run/secrets/b",
      "+RUN --mount=type=secret,id=b,required=true make install B=/run/secrets/b",
    ]);
    const mended = lint(folder, "--fix");
    expect([mended.status, mended.stdout]).toEqual([0, "Nothing found in 2 files.\n"]);
    expect(mended.stderr).toMatch(/^buildseal: a\/Dockerfile: mended .*\n$/);
    const again = lint(folder, "--fix");
    expect([again.stderr, lint(folder, "--fix", "--diff").stdout]).toEqual(["", ""]);
  });

  test("keeps what might change the build for --unsafe-fixes", () => {
    const folder = createRepository({
      Dockerfile: "FROM debian:12\nRUN --mount=type=secret,id=a,env=A,required=true ./configure && make\n",
    });
    const before = lint(folder);
    expect(before.stdout).toContain("--fix --unsafe-fixes does it");
    lint(folder, "--fix");
    expect(lint(folder).stdout).toBe(before.stdout);
    expect(lint(folder, "--fix", "--unsafe-fixes").stdout).toBe("Nothing found in 1 file.\n");
    expect(readFileSync(join(folder, "Dockerfile"), "utf8")).toContain("rm -f config.log config.status");
  });
});

describe("a finding is accepted", () => {
  test("by a comment with a reason, and a comment without use, rule or reason is said", () => {
    const step = "RUN --mount=type=secret,id=a make A=/run/secrets/a\n";
    const [, rule = ""] = places(
      lint(createRepository({ Dockerfile: `FROM a\n${step}` }), "--format", "json"),
    )[0]!.split(" ");
    const of = (comment: string) =>
      places(lint(createRepository({ Dockerfile: `FROM a\n# buildseal: ${comment}\n${step}` }), "--format", "json"));
    expect(of(`ignore=${rule} reason=the mirror needs none`)).toEqual([]);
    expect(of(`ignore=${rule}`)).toEqual(["Dockerfile:2 unexplained-suppression"]);
    expect(of("ignore=nosuch reason=x")).toEqual([`Dockerfile:2 unknown-suppression`, `Dockerfile:3 ${rule}`]);
    expect(of(`ignore=${rule},secret-printed reason=x`)).toEqual(["Dockerfile:2 unused-suppression"]);
  });

  test("by the configuration: a rule off or of another severity, and files left out", () => {
    const folder = createRepository({
      "buildseal.yaml": 'version: 1\nlint: { rules: { unreadable-dockerfile: info }, ignore: ["vendor/**"] }\n',
      Dockerfile: bad,
      "vendor/x/Dockerfile": bad,
    });
    expect(lint(folder)).toMatchObject({ status: 0 });
    expect(filesOf(folder)).toEqual(["Dockerfile"]);
    expect(lint(folder, "--fail-on", "info").status).toBe(1);
    writeIn(folder, "other.yaml", "version: 1\nlint: { rules: { unreadable-dockerfile: off } }\n");
    expect(lint(folder, "--config", "other.yaml").stdout).toBe("Nothing found in 2 files.\n");
    expect(runCommand(folder, ["lint"], { variables: { BUILDSEAL_CONFIG: "other.yaml" } }).status).toBe(0);
    expect(lint(folder, "--config", "gone.yaml")).toMatchObject({ status: 2, stdout: "" });
  });

  test("by the baseline: what is new is reported, what is gone is said until the file is written anew", () => {
    const folder = createRepository({ "a/Dockerfile": three, "b/Dockerfile": bad });
    const with_ = (...words: string[]) => lint(folder, "--baseline", "known.json", ...words);
    expect(with_().status).toBe(2);
    expect(with_("--update-baseline")).toMatchObject({
      status: 0,
      stdout: "Nothing found in 2 files; 4 more in the baseline.\n",
    });
    expect(readFileSync(join(folder, "known.json"), "utf8")).toContain('"where":"a/Dockerfile"');
    expect(with_().status).toBe(0);
    writeIn(folder, "b/Dockerfile", "FROM debian:12\nFRUM x\n");
    expect(places(with_("--format", "json"))[0]).toBe("b/Dockerfile:2 unreadable-dockerfile");
    writeIn(folder, "b/Dockerfile", good);
    expect(places(with_("--format", "json", "--fail-on", "warning"))).toEqual([
      expect.stringMatching(/^known\.json:\d+ unused-baseline-entry$/),
    ]);
    expect(with_("--fail-on", "warning").status).toBe(1);
    with_("--update-baseline");
    expect(with_("--fail-on", "info")).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, "known.json"), "utf8")).not.toContain("b/Dockerfile");
    writeIn(folder, "known.json", "{");
    expect(with_()).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("the exit status", () => {
  test("is by --fail-on, and 2 where not all was looked at, whatever the format", () => {
    const folder = createRepository({
      "buildseal.yaml": "version: 1\nlint: { rules: { unreadable-dockerfile: warning } }\n",
      Dockerfile: bad,
    });
    for (const format of formats) {
      const of = (...words: string[]) => lint(folder, "--format", format, ...words).status;
      const all = [
        of(),
        of("--fail-on=warning"),
        of("--fail-on=info"),
        of("--fail-on=never", "."),
        of(".", "gone", "--fail-on=never"),
      ];
      expect([format, ...all]).toEqual([format, 0, 1, 1, 0, 2]);
    }
  });

  test("is 2 with one sentence, and nothing on stdout, for words that make no sense", () => {
    const folder = createRepository({ Dockerfile: good });
    for (const words of [
      ["--formt", "json"],
      ["--format", "jsn"],
      ["--format"],
      ["--fail-on", "errors"],
      ["--fix=yes"],
      ["--output", "x", "--output", "y"],
    ]) {
      const { status, stdout, stderr } = lint(folder, ...words);
      expect([words, status, stdout, stderr.split("\n").length]).toEqual([words, 2, "", 2]);
      expect(stderr).toMatch(/^buildseal: .+[.?]\n$/);
    }
    expect(lint(folder, "--formt", "json").stderr).toContain("Did you mean --format?");
  });
});

describe("what is looked at", () => {
  test("are Dockerfiles, templates and CI files of a folder, those of a glob, and stdin", () => {
    const ci = `on: push\njobs: { a: { steps: [{ run: "docker build --build-arg T=\${{ secrets.T }} ." }] } }\n`;
    const folder = createRepository({
      Dockerfile: bad,
      "a/api.Dockerfile.j2": "FROM {{ base }}\nARG API_TOKEN\n",
      "a/other": bad,
      "a/README.md": bad,
      ".github/workflows/build.yml": ci,
    });
    expect(filesOf(folder).sort()).toEqual([".github/workflows/build.yml", "Dockerfile", "a/api.Dockerfile.j2"]);
    expect(filesOf(folder, "a")).toEqual(["a/api.Dockerfile.j2"]);
    expect(filesOf(folder, "a/oth*")).toEqual(["a/other"]);
    expect(filesOf(folder, "**/*.j2", "Dockerfile")).toEqual(["Dockerfile", "a/api.Dockerfile.j2"]);
    expect(lint(folder, "*.none").status).toBe(2);
    const piped = runCommand(folder, ["lint", "-", "--format", "json"], { input: bad });
    expect(places(piped)).toEqual(["-:2 unreadable-dockerfile"]);
  });

  test("is nothing that git ignores: nested, taken back, by the repository's and the user's own lists", () => {
    const home = createScratch("home");
    const folder = createRepository({
      ".gitignore": "out/\n*.tmp.Dockerfile\n!keep.tmp.Dockerfile\n",
      "out/Dockerfile": bad,
      "a/x.tmp.Dockerfile": bad,
      "a/keep.tmp.Dockerfile": bad,
      "a/.gitignore": "/Dockerfile\n",
      "a/Dockerfile": bad,
      "a/b/Dockerfile": bad,
      "a/b/.gitignore": "!Dockerfile\n",
      ".git/info/exclude": "private/\n",
      "private/Dockerfile": bad,
      "mine/Dockerfile": bad,
      "hers/Dockerfile": bad,
    });
    const files = () => {
      const { stdout } = runCommand(folder, ["lint", "--format", "json"], { variables: { HOME: home } });
      return new Set(places({ stdout }).map((place) => place.split(":")[0]!));
    };
    const kept = ["a/b/Dockerfile", "a/keep.tmp.Dockerfile"];
    expect(files()).toEqual(new Set([...kept, "mine/Dockerfile", "hers/Dockerfile"]));
    writeIn(home, ".config/git/ignore", "mine/\n");
    expect(files()).toEqual(new Set([...kept, "hers/Dockerfile"]));
    writeIn(home, ".gitconfig", '[user]\n\tname = x\n[core]\n\texcludesFile = "~/my list" ; mine\n');
    writeIn(home, "my list", "hers/\n");
    expect(files()).toEqual(new Set([...kept, "mine/Dockerfile"]));
    // what is named itself is looked at
    expect(filesOf(folder, "out/Dockerfile")).toEqual(["out/Dockerfile"]);
  });

  test("is named as the user stands, and the configuration is found upwards from each file", () => {
    const folder = createRepository({
      "a/b/Dockerfile": bad,
      "buildseal.yaml": "version: 1\nlint: { rules: { unreadable-dockerfile: warning } }\n",
    });
    expect(lint(join(folder, "a"), "../a/b").stdout).toMatch(/^\.\.\/a\/b\/Dockerfile\n {2}2:1 {2}warning/);
    expect(existsSync(join(folder, "a/b/Dockerfile"))).toBe(true);
  });
});
