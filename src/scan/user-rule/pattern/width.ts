import type { Node } from "./node.ts";

/** How many bytes a match of it has: at least, at most. */
export type Width = { readonly least: number; readonly most: number };

export function widthOf(node: Node): Width {
  switch (node.kind) {
    case "byte":
      return { least: 1, most: 1 };
    case "edge":
      return { least: 0, most: 0 };
    case "group":
      return widthOf(node.item);
    case "sequence":
      return node.items.map(widthOf).reduce(added, { least: 0, most: 0 });
    case "choice":
      return node.items.map(widthOf).reduce(either);
    case "repeat": {
      const { least, most } = widthOf(node.item);
      return { least: least * node.least, most: most === 0 || node.most === 0 ? 0 : most * node.most };
    }
  }
}

export function added(a: Width, b: Width): Width {
  return { least: a.least + b.least, most: a.most + b.most };
}

export function either(a: Width, b: Width): Width {
  return { least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };
}
