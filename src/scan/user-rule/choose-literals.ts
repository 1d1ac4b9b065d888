import { certainLiteral } from "./pattern/certain-literal.ts";
import type { Pattern } from "./pattern/node.ts";
import { canHold, type Positions } from "./pattern/positions.ts";
import { widthOf } from "./pattern/width.ts";
import { RuleProblem, type WrittenRule } from "./written-rule.ts";

/** By which texts a rule is met, and how far around one of them a match can be. */
export type Literals = {
  readonly literals: readonly string[];
  readonly anyCase: boolean;
  /** A match begins so many bytes before the literal, at least and at most … */
  readonly earliest: number;
  readonly latest: number;
  /** … ends so many behind where the literal begins at most, and holds so many from there on. */
  readonly reach: number;
  readonly least: number;
};

/** What is shorter stands everywhere. */
const shortestBytes = 4;
/** What has no end is followed so far from its literal to either side: as far as the rules of buildseal's own. */
const farthestBefore = 1000;
const farthestAfter = 8000;

/** @throws RuleProblem */
export function chooseLiterals(written: WrittenRule, { node, anyCase }: Pattern, positions: Positions): Literals {
  const { least: fewest, most } = widthOf(node);
  if (fewest > farthestBefore + farthestAfter) throw new RuleProblem(["regex"], "what it matches is too long");
  const given = givenLiterals(written, anyCase, positions);
  const certain = given === undefined ? certainLiteral(node, shortestBytes) : undefined;
  if (given === undefined && certain === undefined) {
    throw new RuleProblem(
      ["regex"],
      `no text of at least ${shortestBytes} bytes is in all that it matches: name in \`literal\` what to look for first`,
    );
  }
  const literals = given ?? certain!.texts;
  if (literals.length === 0) throw new RuleProblem(["regex"], "it matches nothing: a class in it holds no byte");
  const least = Math.min(...literals.map(({ length }) => length));
  const before = certain?.before ?? { least: 0, most: most - least };
  if (before.least > farthestBefore) {
    throw new RuleProblem(["regex"], `its literal stands more than ${farthestBefore} bytes behind its beginning`);
  }
  return {
    literals,
    anyCase: certain?.anyCase ?? anyCase,
    earliest: before.least,
    latest: Math.min(before.most, farthestBefore),
    reach: Math.min(most - before.least, farthestAfter),
    least,
  };
}

function givenLiterals(
  { literal, literals }: WrittenRule,
  anyCase: boolean,
  positions: Positions,
): readonly string[] | undefined {
  if (literal === undefined && literals === undefined) return undefined;
  if (literal !== undefined && literals !== undefined) {
    throw new RuleProblem(["literals"], "`literal` and `literals` are one thing: write one of them");
  }
  const texts = (literals ?? [literal!]).map((text, index) => {
    const key = literals === undefined ? ["literal"] : ["literals", index];
    // as the bytes of its UTF-8
    const bytes = Buffer.from(text).toString("latin1");
    if (bytes.length < shortestBytes) throw new RuleProblem(key, `shorter than ${shortestBytes} bytes`);
    if (bytes.length > farthestBefore) throw new RuleProblem(key, `longer than ${farthestBefore} bytes`);
    if (!canHold(positions, bytes, anyCase)) throw new RuleProblem(key, "no match of the regex can hold this text");
    return bytes;
  });
  return [...new Set(texts)];
}
