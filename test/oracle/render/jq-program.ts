/** The jq program that bashbrew's jq-template.awk makes of a template: texts and expressions, added. */
export function jqProgram(template: string): string {
  const definitions: string[] = [];
  let program = "";
  const append = (part: string) => {
    const joins = program === "" || program.endsWith("(") || part.startsWith(")");
    program += `${program === "" ? "" : "\n"}${joins ? "" : "+ "}${part}`;
  };
  let rest = template;
  for (;;) {
    const open = rest.indexOf("{{");
    const close = rest.indexOf("}}", open);
    if (open < 0 || close < 0) break;
    if (open > 0) append(JSON.stringify(rest.slice(0, open)));
    const eats = rest.charAt(close - 1) === "-" && rest.charAt(close + 2) === "\n";
    const expression = rest.slice(open + 2, eats ? close - 1 : close).trim();
    rest = rest.slice(eats ? close + 3 : close + 2);
    if (expression === "" || /^#[^\n]*$/.test(expression)) continue;
    if (/^(?:def|include|import)\s/.test(expression)) definitions.push(`${expression};\n`);
    else append(`${expression.startsWith(")") ? "" : "("}${expression}${expression.endsWith("(") ? "" : ")"}`);
  }
  if (rest !== "") append(JSON.stringify(rest));
  return `${definitions.join("")}${program}`;
}
