// Renders templates with EJS, Handlebars and Liquid, found in the folder of the first argument: one request and one
// answer a line, in JSON.
const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");

const load = createRequire(`${process.argv[2]}/`);
const ejs = () => load("ejs");
const handlebars = () => load("handlebars");
const liquid = () => load("liquidjs");

const RENDERERS = {
  ejs: ({ text, context, parts }) =>
    ejs().render(text, context, { includer: (name) => ({ template: parts[name] ?? "" }) }),
  handlebars: ({ text, context, parts }) => {
    const engine = handlebars().create();
    for (const [name, part] of Object.entries(parts)) engine.registerPartial(name, part);
    return engine.compile(text, { noEscape: true })(context);
  },
  liquid: ({ text, context, parts }) => new (liquid().Liquid)({ templates: parts }).parseAndRenderSync(text, context),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = { text: RENDERERS[request.engine](request) };
  } catch (error) {
    answer = { error: String(error.message).slice(0, 200) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
