import type { TemplateEngine } from "../template.ts";
import { cpp } from "./cpp.ts";
import { ejs } from "./ejs.ts";
import { empy } from "./empy.ts";
import type { Engine } from "./engine.ts";
import { erb } from "./erb.ts";
import { go } from "./go.ts";
import { handlebars } from "./handlebars.ts";
import { jinja } from "./jinja.ts";
import { jq } from "./jq.ts";
import { liquid } from "./liquid.ts";
import { m4 } from "./m4.ts";
import { placeholder } from "./placeholder.ts";

export type { Engine, Tag, Trim } from "./engine.ts";

/** All engines, in the order in which their signs are looked for: the narrower before the wider. */
export const ENGINES: readonly Engine[] = [liquid, jinja, ejs, erb, jq, handlebars, go, m4, empy, cpp, placeholder];

export function engineOf(name: TemplateEngine): Engine {
  return ENGINES.find((engine) => engine.name === name)!;
}
