import { describe, expect, it } from "vitest";
import { detectEngine } from "../../../../src/dockerfile/index.ts";

describe("the engine of a file", () => {
  it.each([
    ["Dockerfile.j2", "FROM a\n", "jinja"],
    ["docker/j2.Dockerfile", "FROM a\n", "jinja"],
    ["Dockerfile.erb", "FROM a\n", "erb"],
    ["app.Dockerfile.hbs", "FROM a\n", "handlebars"],
    ["Dockerfile.m4", "FROM a\n", "m4"],
    ["Dockerfile.template", 'FROM {{ .base }}\n{{ if .x then ( -}}\nRUN a\n{{ ) else "" end -}}\n', "jq"],
    ["Dockerfile.tmpl", "FROM {{ .Base }}\n{{ if .X }}\nRUN a\n{{ end }}\n", "go"],
    ["Dockerfile.tmpl", "FROM a\n{% if x %}\nRUN a\n{% endif %}\n", "jinja"],
    ["Dockerfile.tpl", "FROM a\nRUN echo %%X%%\n", "placeholder"],
    ["Dockerfile.in", "FROM @BASE@\n", "placeholder"],
    ["Dockerfile.in", '#include "base"\nRUN a\n', "cpp"],
    ["Dockerfile.template", "FROM a\nRUN b\n", undefined],
    ["Dockerfile.tmpl", "FROM {{ .Base }}\nRUN a {{ if $x := .X }}b{{ end }}\n", "go"],
    // Cottle, which looks like Go's and is not read
    ["Dockerfile.linux.template", "{{\n    _ ARGS: x\n}}FROM {{if alpine:a|else:b}}\nRUN c\n", undefined],
    ["Dockerfile.template", "FROM {{if alpine:a|else:b}}\nRUN c\n", undefined],
  ])("is told by its name, and by its content where the name leaves it open: %s %j", (name, text, engine) => {
    expect(detectEngine(name, text)).toBe(engine);
  });

  it.each([
    ["FROM {{ base }}\nRUN a\n", "jinja"],
    ["FROM a\n{% if x %}\nRUN b\n{% endif %}\n", "jinja"],
    ["FROM a\n{{- if .X }}\nRUN b\n{{- end }}\n", "go"],
    ["FROM a\n<% if x -%>\nRUN b\n<% end -%>\n", "erb"],
    ["FROM a\n<% if (x) { %>\nRUN b\n<% } %>\n", "ejs"],
    ["FROM a\n{{#if x}}\nRUN b\n{{/if}}\n", "handlebars"],
    ["FROM @(base)\n@[if x]\nRUN b\n@[end if]\n", "empy"],
    ["include(`base.m4')\nRUN b\n", "m4"],
  ])("is told by the content of a Dockerfile that can be none: %j", (text, engine) => {
    expect(detectEngine("Dockerfile", text)).toBe(engine);
  });

  it.each([
    "FROM a\nRUN docker inspect --format '{{.Id}}' x && echo '{% if %}' '<% x %>'\n",
    "FROM a\nRUN go list -f '\\\n{{range .Deps}}\\\n{{end}}'\n",
    "FROM a\nRUN <<EOF\n{% if x %}\ninclude(CTest)\n{{ if x }}\n<% x %>\nEOF\n",
    "FROM a\n# if this is read,\n# endif is not meant\nRUN x=$\x7b#v} y=$\x7bv%%x}\n",
    "FROM a@sha256:0123\nRUN mail a@b.c @X@\n",
  ])("is none where a Dockerfile holds what looks like a template: %j", (text) => {
    expect(detectEngine("Dockerfile", text)).toBeUndefined();
  });
});
