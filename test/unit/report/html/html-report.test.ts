import { createHash } from "node:crypto";
import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { htmlReport } from "../../../../src/report/html/html-report.ts";
import { script } from "../../../../src/report/html/script.ts";
import { leak, madeReport, nastyReport, pattern } from "../made-report.ts";

const voids = new Set(["meta", "input"]);

type Element = { readonly tag: string; readonly attributes: ReadonlyMap<string, string>; text: string };

/** The elements of a page; throws for anything that a browser would have to guess at. */
function elementsOf(page: string): Element[] {
  const all: Element[] = [];
  const open: Element[] = [];
  const body = page.replace(/^<!doctype html>\n/, "");
  for (let at = 0; at < body.length; ) {
    const top = open.at(-1);
    const raw = top?.tag === "style" || top?.tag === "script";
    const next = raw ? body.indexOf(`</${top.tag}>`, at) : body.indexOf("<", at);
    const text = body.slice(at, next === -1 ? body.length : next);
    if (!raw && /&(?!(?:amp|lt|gt|quot|#39);)|>/.test(text)) throw new Error(`not escaped: ${text}`);
    if (top === undefined && text.trim() !== "") throw new Error(`outside of the page: ${text}`);
    for (const element of open) element.text += text;
    if (next === -1) break;
    const match = /^<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>/.exec(body.slice(next));
    if (match === null) throw new Error(`no tag: ${body.slice(next, next + 80)}`);
    const [whole, end, tag = "", attributes = ""] = match;
    if (end === "/") {
      if (open.pop()?.tag !== tag) throw new Error(`</${tag}> closes another`);
    } else {
      const pairs = [...attributes.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)].map(([, name = "", value = ""]) => [
        name,
        value,
      ]);
      const element = { tag, attributes: new Map(pairs as [string, string][]), text: "" };
      all.push(element);
      if (!voids.has(tag)) open.push(element);
    }
    at = next + whole.length;
  }
  if (open.length > 0) throw new Error(`not closed: ${open.map(({ tag }) => tag).join(", ")}`);
  return all;
}

const of = (page: string, tag: string) => elementsOf(page).filter((element) => element.tag === tag);

describe("the page", () => {
  test("holds every finding with its places, what to do, and what was left out", () => {
    const page = htmlReport(madeReport());
    const articles = of(page, "article");
    expect(articles.map(({ attributes }) => [attributes.get("data-rule"), attributes.get("data-severity")])).toEqual([
      ["known-value", "error"],
      ["github-token", "warning"],
      ["unused-ignore-entry", "info"],
    ]);
    for (const text of [
      "npm-token",
      "srv/app.tgz → etc/app.conf:7",
      "Build again.",
      "still in the image",
      leak.fingerprint,
    ]) {
      expect(articles[0]!.text).toContain(text);
    }
    expect(of(page, "details")[0]!.text).toContain("2 more places");
    expect(of(page, "h2").map(({ text }) => text)).toEqual([
      "layer 3 of linux/amd64, linux/arm64: RUN make",
      "The image&#39;s config and history of linux/amd64",
      "The lists",
      "Left out",
      "What the rules mean",
    ]);
  });

  test("names the digest, the platforms and what the image says it was built on", () => {
    const page = htmlReport(madeReport({ bases: ["debian:13"] }));
    expect(of(page, "dd").map(({ text }) => text)).toEqual([
      `sha256:${"3".repeat(64)}`,
      "linux/amd64, linux/arm64",
      "debian:13, as it says",
      "5 layers, 8,214 files, 552 MB in 0.2 s",
      "2030-01-02T03:04:05Z",
    ]);
  });

  test("says above everything else what was not read", () => {
    const skipped = [{ what: "layer 2", why: "it is no tar" }];
    const page = htmlReport(madeReport({ complete: false, skipped, findings: [] }));
    expect(of(page, "h1")).toHaveLength(1);
    expect(page.indexOf("layer 2: it is no tar")).toBeLessThan(page.indexOf("<main>"));
    expect(of(page, "p")[0]!.text).toBe("Not complete, nothing else found");
    expect(htmlReport(madeReport())).not.toContain("Not read");
  });

  test("is well formed and holds no markup but its own, whatever names an image holds", () => {
    const page = htmlReport(nastyReport());
    const plain = elementsOf(htmlReport(madeReport({ complete: false }))).map(({ tag }) => tag);
    expect(
      elementsOf(page)
        .map(({ tag }) => tag)
        .filter((tag) => !plain.includes(tag)),
    ).toEqual([]);
    expect(of(page, "script")).toHaveLength(1);
    expect(page).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]|\p{Cs}/u);
  });

  test("asks nobody for anything, and lets nothing run but its own script", () => {
    for (const report of [madeReport(), nastyReport()]) {
      const page = htmlReport(report);
      const policy = of(page, "meta")
        .find(({ attributes }) => attributes.has("http-equiv"))!
        .attributes.get("content")!;
      const hash = (tag: string) => createHash("sha256").update(of(page, tag)[0]!.text).digest("base64");
      expect(policy.replaceAll("&#39;", "'")).toBe(
        `default-src 'none'; style-src 'sha256-${hash("style")}'; script-src 'sha256-${hash("script")}'; base-uri 'none'; form-action 'none'`,
      );
      for (const { attributes } of elementsOf(page)) {
        expect([...attributes.keys()].filter((name) => /^(?:on.*|style|src|srcset|action)$/.test(name))).toEqual([]);
        expect(attributes.get("href") ?? "#").toMatch(/^#/);
      }
      expect(of(page, "style")[0]!.text).not.toMatch(/url\(|@import/);
    }
  });

  test("fits a phone, the dark and the printer", () => {
    const page = htmlReport(madeReport());
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    const { text } = of(page, "style")[0]!;
    for (const word of ["overflow-wrap: anywhere", "prefers-color-scheme: dark", "@media print", "max-width: 30rem"]) {
      expect(text).toContain(word);
    }
  });

  test("lists no more than a hundred places of a finding, and says how many there are", () => {
    const places = Array.from({ length: 250 }, () => leak.where);
    const [details] = of(htmlReport(madeReport({ findings: [{ ...leak, places }] })), "details");
    expect(details!.text.match(/srv\/app\.tgz/g)).toHaveLength(100);
    expect(details!.text).toContain("and 150 more");
  });
});

/** The page as the script sees it: as much of a document as it touches. */
function openPage(findings: readonly { severity: string; rule: string; text: string }[]) {
  const listeners = new Map<string, (event: unknown) => void>();
  const heading = { textContent: "layer 3: RUN make" };
  const section = {
    hidden: false,
    querySelector: (what: string): unknown =>
      what === "h2" ? heading : (articles.find(({ hidden }) => !hidden) ?? null),
  };
  const articles = findings.map(({ severity, rule, text }) => ({
    dataset: { severity, rule },
    textContent: text,
    hidden: false,
    closest: () => section,
  }));
  const boxes = ["error", "warning", "info"].map((value) => ({ value, checked: true }));
  const form = {
    hidden: true,
    elements: { text: { value: "" }, rule: { value: "" } },
    querySelectorAll: () => boxes.filter(({ checked }) => checked),
    addEventListener: (name: string, listener: (event: unknown) => void) => listeners.set(name, listener),
  };
  const output = { textContent: "" };
  vm.runInNewContext(script, {
    document: {
      querySelector: (what: string) => (what === "form" ? form : output),
      querySelectorAll: (what: string) => (what === "article" ? articles : what === "details" ? [] : [section]),
    },
    addEventListener: () => undefined,
    cancelAnimationFrame: () => undefined,
    requestAnimationFrame: (run: () => void) => {
      run();
      return 1;
    },
  });
  const shown = () => articles.filter(({ hidden }) => !hidden).map(({ dataset }) => dataset.rule);
  return { form, boxes, section, output, shown, input: () => listeners.get("input")!({}) };
}

describe("its script", () => {
  const page = () =>
    openPage([leak, pattern].map(({ severity, rule, message }) => ({ severity, rule, text: message })));

  test("shows its form, and all findings until somebody asks for fewer", () => {
    const { form, shown } = page();
    expect([form.hidden, shown()]).toEqual([false, ["known-value", "github-token"]]);
  });

  test("finds all words, in any case, in a finding and in the instruction above it", () => {
    const { form, shown, input, output, section } = page();
    form.elements.text.value = "GITHUB  make";
    input();
    expect([shown(), output.textContent, section.hidden]).toEqual([["github-token"], "1 of 2", false]);
    form.elements.text.value = "nowhere";
    input();
    expect([shown(), section.hidden]).toEqual([[], true]);
  });

  test("narrows down by severity and by rule", () => {
    const { form, boxes, shown, input } = page();
    boxes[0]!.checked = false;
    input();
    expect(shown()).toEqual(["github-token"]);
    boxes[0]!.checked = true;
    form.elements.rule.value = "known-value";
    input();
    expect(shown()).toEqual(["known-value"]);
  });
});
