import type { Content } from "../recipe/recipe.ts";

/** Whether two contents come out alike, whatever the values will be. */
export function sameContent(a: Content, b: Content): boolean {
  return a.kind === b.kind && sketch(a) === sketch(b);
}

/** A content with names where its values and facts will be. */
function sketch(content: Content): string {
  const placeholder = (secret: string, field = "") => `{${secret}.${field}}`;
  switch (content.kind) {
    case "secret":
      return placeholder(content.secret, content.field);
    case "text":
      return content.render(placeholder);
    case "document":
      return content.render(placeholder, (secret, fact) => `{${placeholder(secret, fact)}}`);
  }
}
