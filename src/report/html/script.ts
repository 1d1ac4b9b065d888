/** Narrows the findings down. Without it, and before it, all of them are there. */
export const script = `
const form = document.querySelector("form");
const articles = [...document.querySelectorAll("article")].map((element) => ({
  element,
  severity: element.dataset.severity,
  rule: element.dataset.rule,
  text: element.textContent.toLowerCase() + " " + element.closest("section").querySelector("h2").textContent.toLowerCase(),
}));
const sections = [...document.querySelectorAll("section.group")];
const shown = document.querySelector("output");
function narrow() {
  const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const severities = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
  const rule = form.elements.rule.value;
  let count = 0;
  for (const one of articles) {
    const fits = severities.has(one.severity) && (rule === "" || one.rule === rule) && words.every((word) => one.text.includes(word));
    one.element.hidden = !fits;
    if (fits) count++;
  }
  for (const section of sections) section.hidden = section.querySelector("article:not([hidden])") === null;
  shown.textContent = count === articles.length ? "" : count + " of " + articles.length;
}
let waiting = 0;
form.addEventListener("input", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(narrow); });
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeprint", () => { for (const details of document.querySelectorAll("details")) details.open = true; });
form.hidden = articles.length < 2;
`;
