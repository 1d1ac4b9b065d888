import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/finding/finding.ts";
import { findingTable, remarkLines } from "../../../src/report/finding-table.ts";
import { columnsOf } from "../../../src/report/printable.ts";

const leak: Finding = {
  rule: "known-value",
  severity: "error",
  message: "The secret npm-token is in a file",
  remedy:
    "Find what writes it in the instruction that made the layer, and build again: removing it in a later instruction leaves it in the image. Take the value for known.",
  fingerprint: "0",
  secret: { name: "npm-token", encoding: "base64", redacted: "40 characters, not shown" },
  where: {
    surface: "layer",
    platform: "linux/amd64",
    layer: {
      index: 3,
      digest: "sha256:1",
      createdBy: "RUN |1 A=b /bin/sh -c npm ci && ./configure --prefix=/usr # buildkit",
    },
    path: "usr/src/app/build/config.log",
    line: 12,
    offset: 400,
    deletedIn: 5,
  },
};
const pattern: Finding = {
  rule: "github-token",
  severity: "warning",
  message: "A GitHub token is in the image's history",
  remedy: "Revoke the token.",
  fingerprint: "1",
  secret: { redacted: "ghp_…xy (40 characters)" },
  where: { surface: "history", path: "history[2].created_by" },
};

describe("the table of findings", () => {
  test("shows the ends of a path that is far too long", () => {
    const name = "d".repeat(200);
    const path = ["srv", ...Array.from({ length: 20 }, () => name), "key.pem"].join("/");
    const text = findingTable([{ ...leak, where: { surface: "layer", path, line: 7 } }]);
    expect(text.split("\n").length).toBeLessThan(20);
    const shown = text.replace(/\s/g, "");
    expect(shown).toContain("srv/ddd");
    expect(shown).toContain("ddd/key.pem:7");
    expect(shown).toContain("…");
  });

  test("leaves what stands in the place of a value as it is, and hides what looks like another", () => {
    const createdBy = `RUN curl -u bob:[a login on a command line] -H [secret npm-token] --token [secret ${"xY3".repeat(9)}] x`;
    const text = findingTable(
      [{ ...leak, where: { surface: "layer", layer: { index: 1, createdBy }, path: "a" } }],
      120,
    );
    expect(text).toContain("curl -u bob:[a login on a command line] -H [secret npm-token] --token ");
    expect(text).not.toContain("xY3xY3");
  });

  test("counts the places that nobody listed, too", () => {
    const places = ["b", "c", "d", "e"].map((path) => ({ ...leak.where, path }));
    expect(findingTable([{ ...leak, places, unlisted: 1200 }])).toContain("and 1,201 more places");
    expect(findingTable([{ ...leak, unlisted: 1 }])).toContain("and 1 more place\n");
  });

  test("gives what is wrong with a list a line of its own", () => {
    const message = "The entry for netrc at usr/share/doc/nowhere/at/all ignores nothing";
    const where = { file: "i.yaml", line: 9, column: 3, endLine: 9, endColumn: 4 };
    const wrong: Finding = {
      rule: "unused-ignore-entry",
      severity: "info",
      message,
      remedy: "Take it out.",
      fingerprint: "4",
      where,
    };
    expect(findingTable([wrong])).toContain(`  info     unused-ignore-entry  i.yaml:9:3\n           ${message}\n`);
    expect(findingTable([wrong], 40)).toContain("    The entry for netrc at\n");
  });

  test("stands by what made them, names secret, file and detail, and says what to do", () => {
    expect(findingTable([pattern, leak])).toBe(
      [
        "layer 3: RUN npm ci && ./configure --prefix=/usr",
        "  error    npm-token (base64)  usr/src/app/build/config.log:12",
        "           known-value",
        "           layer 3 (replaced or deleted in layer 5, still in the image)",
        "",
        "The image's config and history",
        "  warning  github-token             history[2].created_by",
        "           ghp_…xy (40 characters)",
        "",
        "→ known-value: Find what writes it in the instruction that made the layer, and",
        "  build again: removing it in a later instruction leaves it in the image. Take",
        "  the value for known.",
        "→ github-token: Revoke the token.",
        "",
      ].join("\n"),
    );
  });

  test("is empty for nothing", () => {
    expect(findingTable([])).toBe("");
  });

  test("has everything below each other where the terminal is narrow", () => {
    const lines = findingTable([leak], 40).split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "layer 3: RUN npm ci && ./configure",
      "--prefix=/usr",
      "  error    npm-token (base64)",
      "    known-value",
      "    usr/src/app/build/config.log:12",
      "    layer 3 (replaced or deleted in",
    ]);
  });

  test("names platforms where there is more than one, the base image, and how many places are not shown", () => {
    const layer = { ...leak.where, platform: "linux/amd64", layer: { index: 0, base: "debian:13" } };
    const places = Array.from({ length: 7 }, (_, index) => ({ ...layer, path: `etc/${index}`, line: 1 }));
    const other = { ...leak, where: { surface: "layer", platform: "linux/arm64", path: "a" } } as Finding;
    const table = findingTable([{ ...leak, where: layer, places: [...places, places[0]!] }, other]);
    expect(table).toContain("layer 0 of linux/amd64 (of the base image debian:13)");
    expect(table).toContain("also etc/2:1");
    expect(table).not.toContain("also etc/3:1");
    expect(table).toContain("and 4 more places");
  });

  test("tells what is alike in one file once, with how many there are", () => {
    const at = (line: number, fingerprint: string): Finding => ({
      ...pattern,
      fingerprint,
      where: { surface: "layer", layer: { index: 1 }, path: "srv/keys", line },
    });
    const table = findingTable([at(1, "a"), at(2, "b"), at(3, "c"), { ...at(4, "d"), rule: "netrc" }]);
    expect(table.split("\n").slice(0, 4)).toEqual([
      "layer 1",
      "  warning  github-token             srv/keys:1",
      "           ghp_…xy (40 characters)  and 2 others in this file",
      "  warning  netrc                    srv/keys:4",
    ]);
  });

  test("shows few of many, and counts all the others", () => {
    const many = Array.from({ length: 5000 }, (_, index): Finding => {
      const where = {
        surface: "layer",
        layer: { index: index % 100, createdBy: "RUN make" },
        path: `srv/${index}`,
      } as const;
      return { ...pattern, severity: index < 100 ? "error" : "warning", fingerprint: `${index}`, where };
    });
    const lines = findingTable(many).split("\n");
    expect(lines.length).toBeLessThan(180);
    const shown = lines.filter((line) => /^ {2}(?:error|warning) /.test(line)).length;
    const numbers = lines.flatMap((line) => [
      ...[/^ {2}and ([\d,]+) more of/.exec(line)?.[1] ?? "0"],
      ...[...line.matchAll(/([\d,]+) (?:errors?|warnings?)(?:,|$)/g)].map(([, count]) => count!),
    ]);
    const counted = numbers.reduce((sum, count) => sum + Number(count.replace(",", "")), 0);
    expect(shown + counted).toBe(5000);
  });

  test("fits its columns and can do nothing to a terminal, whatever names hold", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 120 }),
      fc.constantFrom(
        "\x1b]52;c;aGk=\x07",
        "::stop-commands::x",
        "a\nb\rc",
        "\u202e\u2066",
        "漢字".repeat(60),
        "x".repeat(500),
      ),
    );
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 40, max: 130 }), (name, path, createdBy, columns) => {
        const finding: Finding = {
          ...leak,
          secret: { name, encoding: "hex", redacted: "x" },
          where: { surface: "layer", layer: { index: 1, createdBy }, path, inner: [name] },
        };
        const lines = (
          findingTable([finding], columns) + remarkLines("Not read:", [{ what: path, why: name }], columns)
        ).split("\n");
        for (const line of lines) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
          expect(line).not.toMatch(/^\s*::|##\w*\[/);
        }
      }),
    );
  });
});

test("remarks are listed under their title", () => {
  expect(remarkLines("Not read:", [{ what: "layer 1", why: "it is not a tar" }])).toBe(
    "Not read:\n  - layer 1: it is not a tar\n",
  );
  expect(remarkLines("Not read:", [])).toBe("");
});
