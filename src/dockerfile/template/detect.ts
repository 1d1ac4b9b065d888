import { scanDockerfile } from "../read.ts";
import { toBytes } from "../text.ts";
import { ENGINES, type Engine } from "./engine/index.ts";
import type { TemplateEngine } from "./template.ts";

/**
 * The template engine of a file (one character a byte), undefined for a plain Dockerfile. An ending in its name says
 * it (`Dockerfile.j2`, `j2.Dockerfile`); one that any engine may have (`.template`, `.tmpl`, `.in`) leaves it to the
 * content. Of other names the content is believed only where the file as it is can be no Dockerfile.
 */
export function detectEngine(name: string, text: string): TemplateEngine | undefined {
  const parts = name
    .slice(name.lastIndexOf("/") + 1)
    .toLowerCase()
    .split(".");
  for (const part of parts.reverse()) {
    const engine = ENGINES.find(({ endings }) => endings.includes(part));
    if (engine !== undefined) return bySign(text, engine);
    if (ANY_ENGINE.has(part)) return byContent(text) ?? (COTTLE.test(text) ? undefined : byTag(text));
  }
  const engine = byContent(text) ?? byValueInFrom(text);
  return engine !== undefined && isNoDockerfile(text) ? engine : undefined;
}

const ANY_ENGINE = new Set(["template", "tmpl", "tpl", "tplt", "in", "tmplt", "templ"]);

function byContent(text: string): TemplateEngine | undefined {
  return COTTLE.test(text) ? undefined : ENGINES.find(({ sign }) => sign.test(text))?.name;
}

// .NET's images are written in Cottle, which is not read: `{{if x:text|else:text}}`, `{{_ a comment}}`, `{{set a to b}}`
const COTTLE = /\{\{[ \t]*(?:_[ \t]|set[ \t][^\n{}]*[ \t]to[ \t]|(?:if|for)[ \t][^\n{}"]*:(?!=))/;

// the dialects of one ending: EJS files are called .erb by nobody, but Liquid is often called .jinja
function bySign(text: string, engine: Engine): TemplateEngine {
  return engine.name === "jinja" && ENGINES[0]!.sign.test(text) && !engine.sign.test(text) ? "liquid" : engine.name;
}

/** For names that promise a template: one delimiter is enough. */
function byTag(text: string): TemplateEngine | undefined {
  if (text.includes("{%")) return "jinja";
  if (text.includes("<%")) return "erb";
  if (/\{\{-?[ \t]*[.$]/.test(text)) return "go";
  if (text.includes("{{")) return /-\}\}\n/.test(text) ? "jq" : "jinja";
  return /%%\w+%%|@[A-Z_][A-Z0-9_]*@|^\$\{?\w+\}?$/m.test(text) ? "placeholder" : undefined;
}

function byValueInFrom(text: string): TemplateEngine | undefined {
  const found = /^FROM [^\n]*?(\{\{|<%=)(-?[ \t]*[.$])?/m.exec(text);
  if (found === null) return undefined;
  if (found[1] === "<%=") return "erb";
  return found[2] === undefined ? "jinja" : "go";
}

/** BuildKit would refuse it as it is. */
function isNoDockerfile(text: string): boolean {
  const { instructions, problem } = scanDockerfile(toBytes(text));
  if (problem !== undefined || instructions.some(({ known }) => known === undefined)) return true;
  if (/^#include[ \t]+["<]/m.test(text)) return true;
  return instructions.some(({ known, body }) => known === "FROM" && /\{\{|<%|%%|@[A-Z_]+@/.test(body));
}
