import { createHash } from "node:crypto";
import type { Finding } from "../../finding/finding.ts";
import { megabytes, plural } from "../amount.ts";
import { groupFindings, platformsOf } from "../finding-group.ts";
import { countsOf } from "../finding-table.ts";
import type { ImageReport } from "../image-report.ts";
import { leftOutName, nothingFound } from "../left-out.ts";
import { findingHtml } from "./finding-html.ts";
import { html, type Markup } from "./markup.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/**
 * The report as one page: it asks no network for anything, and runs no script but the one in it, which only narrows the
 * findings down. Texts of the image are escaped, and the page's own policy lets nothing else in.
 */
export function htmlReport(report: ImageReport): string {
  const { image, tool, findings, rules } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${image}: ${resultOf(report).text}</title>
<style>${{ markup: style }}</style>
</head>
<body>
${head(report)}
${notRead(report)}
${filters(findings)}
<main>
${groupFindings(findings).map(({ title, findings: found }) => group(title, found, report))}
</main>
${leftOut(report)}
${ruleTexts(findings, rules)}
<footer><p class="faint">${tool.name} ${tool.version}. No value that was found is in this file.</p></footer>
<script>${{ markup: script }}</script>
</body>
</html>
`;
  return page.markup;
}

function policy(): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
}

function resultOf({ complete, findings, leftOut }: ImageReport): { readonly text: string; readonly kind: string } {
  const secrets = findings.filter(({ where }) => !("file" in where));
  const found = secrets.length === 0 ? nothingFound(leftOut).toLowerCase() : countsOf(secrets);
  if (!complete) return { text: `not complete, ${found}`, kind: "error" };
  const worst =
    secrets.find(({ severity }) => severity === "error") ?? secrets.find(({ severity }) => severity === "warning");
  return { text: found, kind: secrets.length === 0 ? "good" : (worst?.severity ?? "info") };
}

function head(report: ImageReport): Markup {
  const { image, digest, platforms, bases = [], stats, began, about = [] } = report;
  const result = resultOf(report);
  return html`<header>
<h1>${image}</h1>
<p class="result ${result.kind}">${result.text[0]!.toUpperCase()}${result.text.slice(1)}</p>
<dl>
${digest === undefined ? undefined : html`<dt>Digest</dt><dd><code>${digest}</code></dd>`}
<dt>Platforms</dt><dd>${platforms.join(", ") || "none"}</dd>
${
  bases.length === 0
    ? undefined
    : html`<dt>Built on</dt><dd>${bases.join(", ")}, as it says</dd>
`
}<dt>Read</dt><dd>${plural(stats.layers, "layer")}, ${plural(stats.files, "file")}, ${megabytes(stats.bytes)} in ${(stats.ms / 1000).toFixed(1)} s</dd>
${about.map(
  ([name, text]) => html`<dt>${name[0]!.toUpperCase()}${name.slice(1)}</dt><dd>${text}</dd>
`,
)}<dt>When</dt><dd>${new Date(began).toISOString().replace(/\.\d+Z$/, "Z")}</dd>
</dl>
</header>`;
}

function notRead({ complete, skipped }: ImageReport): Markup | undefined {
  if (complete && skipped.length === 0) return undefined;
  return html`<div class="alarm" role="alert">
<h2>Not read, so nobody knows what is in it</h2>
<ul>
${skipped.map(
  ({ what, why }) => html`<li>${what}: ${why}</li>
`,
)}</ul>
</div>`;
}

function filters(findings: readonly Finding[]): Markup {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const boxes = (["error", "warning", "info"] as const)
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(
      ({ severity, count }) =>
        html`<label class="${severity}"><input type="checkbox" checked value="${severity}"> ${severity} (${count})</label>`,
    );
  return html`<form hidden role="search">
<input type="search" name="text" placeholder="Search: path, rule, instruction" aria-label="Search the findings">
${boxes}
<select name="rule" aria-label="Rule"><option value="">all rules</option>${rules.map((rule) => html`<option>${rule}</option>`)}</select>
<output></output>
</form>`;
}

function group(title: string, findings: readonly Finding[], { rules, platforms }: ImageReport): Markup {
  return html`<section class="group">
<h2>${title}</h2>
${findings.map((finding) => findingHtml(finding, rules(finding.rule), platforms.length > 1 && platformsOf(finding).length < platforms.length))}
</section>
`;
}

function leftOut({ leftOut: all }: ImageReport): Markup | undefined {
  if (all.length === 0) return undefined;
  const items = all.map(
    (one) => html`<li><code>${leftOutName(one)}</code>: ${one.why}</li>
`,
  );
  return html`<section><h2>Left out</h2><ul>
${items}</ul></section>`;
}

function ruleTexts(findings: readonly Finding[], rules: ImageReport["rules"]): Markup | undefined {
  const helps = [...new Set(findings.map(({ rule }) => rule))].sort().flatMap((rule) => rules(rule) ?? []);
  if (helps.length === 0) return undefined;
  const items = helps.map(
    ({ id, title, help }) => html`<details id="rule-${id}"><summary>${id}: ${title}</summary>${help
      .split("\n\n")
      .map((paragraph) => html`<p>${paragraph.replaceAll("`", "")}</p>`)}</details>
`,
  );
  return html`<section><h2>What the rules mean</h2>
${items}</section>`;
}
