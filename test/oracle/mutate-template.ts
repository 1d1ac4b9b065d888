import type { TemplateEngine } from "../../src/dockerfile/template/template.ts";
import { mutate, pick, type Random } from "./mutation.ts";

type Syntax = {
  readonly open: (condition: string) => string;
  readonly otherwise: string;
  readonly close: string;
  readonly each: readonly [string, string];
  readonly value: string;
  readonly opens?: readonly string[];
  readonly closes?: readonly string[];
};

/** How the engines that can be fed with made templates write a condition and a loop. */
const SYNTAX: Readonly<Partial<Record<TemplateEngine, Syntax>>> = {
  jinja: {
    open: (name) => `{% if ${name} %}`,
    otherwise: "{% else %}",
    close: "{% endif %}",
    each: ["{% for item in items %}", "{% endfor %}"],
    value: "{{ name }}",
  },
  go: {
    open: (name) => `{{ if .${name} }}`,
    otherwise: "{{ else }}",
    close: "{{ end }}",
    each: ["{{ range .items }}", "{{ end }}"],
    value: "{{ $.name }}",
  },
  ejs: {
    open: (name) => `<% if (${name}) { %>`,
    otherwise: "<% } else { %>",
    close: "<% } %>",
    each: ["<% for (const item of items) { %>", "<% } %>"],
    value: "<%= name %>",
  },
  erb: {
    open: (name) => `<% if ${name} %>`,
    otherwise: "<% else %>",
    close: "<% end %>",
    each: ["<% items.each do |item| %>", "<% end %>"],
    value: "<%= name %>",
  },
  liquid: {
    open: (name) => `{% if ${name} %}`,
    otherwise: "{% else %}",
    close: "{% endif %}",
    each: ["{% for item in items %}", "{% endfor %}"],
    value: "{{ name }}",
  },
  handlebars: {
    open: (name) => `{{#if @root.${name}}}`,
    otherwise: "{{else}}",
    close: "{{/if}}",
    each: ["{{#each @root.items}}", "{{/each}}"],
    value: "{{@root.name}}",
  },
  empy: {
    open: (name) => `@[if ${name}]`,
    otherwise: "@[else]",
    close: "@[end if]",
    each: ["@[for item in items]", "@[end for]"],
    value: "@(name)",
  },
};

/** A template made from the corpus, or of nothing but what is hard. */
export function mutateTemplate(random: Random, texts: readonly string[], engine: TemplateEngine): string {
  const syntax = SYNTAX[engine];
  if (syntax === undefined || random() < 0.2) return mutate(random, texts);
  return trimmed(random, engine, `FROM debian:12\n${block(random, syntax, 2)}\nRUN last\n`);
}

const LINES = [
  "RUN one\n",
  "RUN one \\\n",
  "  && two\n",
  "  && two \\\n",
  "  # comment\n",
  "# comment \\\n",
  "\n",
  "COPY a b\n",
  "USER x\n",
  "ENV A=b \\\n  C=d\n",
  "RUN <<EOF\n",
  "EOF\n",
  "RUN cat <<EOF > x \\\n",
  "text\n",
  "RUN",
  " three",
  " four \\",
  "\\",
  " ",
  "  ",
  "\n",
  "#",
  "ONBUILD RUN five\n",
  "RUN --network=none \\\n",
  "run six;\\\n",
  "\t\n",
  'RUN ["a"]\n',
];

function block(random: Random, syntax: Syntax, depth: number): string {
  const parts: string[] = [];
  const count = 1 + Math.floor(random() * 4);
  for (let made = 0; made < count; made++) {
    const choice = random();
    const inner = () => block(random, syntax, depth - 1);
    if (depth === 0 || choice < 0.6) parts.push(pick(random, LINES));
    else if (choice < 0.7) parts.push(syntax.value);
    else if (choice < 0.8) parts.push(`${syntax.open(pick(random, ["a", "b", "c"]))}${inner()}${syntax.close}`);
    else if (choice < 0.93) {
      const line = random() < 0.5 ? "\n" : "";
      parts.push(
        `${syntax.open(pick(random, ["a", "b", "c"]))}${line}${inner()}${syntax.otherwise}${line}${inner()}${syntax.close}${line}`,
      );
    } else parts.push(`${syntax.each[0]}${inner()}${syntax.each[1]}`);
  }
  return parts.join("");
}

/** Trim markers here and there. */
function trimmed(random: Random, engine: TemplateEngine, text: string): string {
  const sometimes = (some: string, other: string) => (random() < 0.2 ? some : other);
  switch (engine) {
    case "jinja":
    case "liquid":
      return text.replace(/\{%/g, () => sometimes("{%-", "{%")).replace(/%\}/g, () => sometimes("-%}", "%}"));
    case "go":
      return text.replace(/\{\{/g, () => sometimes("{{-", "{{")).replace(/\}\}/g, () => sometimes("-}}", "}}"));
    case "handlebars":
      return text.replace(/\{\{/g, () => sometimes("{{~", "{{")).replace(/\}\}/g, () => sometimes("~}}", "}}"));
    case "ejs":
      return text
        .replace(/<% /g, () => sometimes("<%_ ", "<% "))
        .replace(/ %>/g, () => sometimes(" -%>", sometimes(" _%>", " %>")));
    case "erb":
      return text.replace(/ %>/g, () => sometimes(" -%>", " %>"));
    case "empy":
      return text.replace(/\]\n/g, () => sometimes("]@\n", "]\n"));
    default:
      return text;
  }
}
