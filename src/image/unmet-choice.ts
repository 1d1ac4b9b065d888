import { normalizeImageName } from "../buildx/image-name.ts";
import type { Skipped } from "../finding/finding.ts";
import { type Choice, isPlatform } from "./choice.ts";

/** More names say no more. */
const mostNames = 5;

/** Why an image of this name cannot be had of an archive or a layout, whose images have these. */
export function noImageCalled(name: string, names: readonly string[]): string {
  // one image is `app:1` in manifest.json and `docker.io/library/app:1` in the index
  const each = [...Map.groupBy(names, normalizeImageName).values()].map(([first]) => first);
  const more = each.length > mostNames ? ` and ${each.length - mostNames} more` : "";
  const there = each.length === 0 ? "none in it has a name" : `it has ${each.slice(0, mostNames).join(", ")}${more}`;
  return `it holds no image called ${name}; ${there}`;
}

/** The platforms that were chosen and are not `there`. Where nothing is, it is for others to say why. */
export function missingPlatforms({ platforms = [] }: Choice, there: ReadonlySet<string>): Skipped[] {
  if (there.size === 0) return [];
  const why = `the image has only ${[...there].join(", ")}`;
  return platforms
    .filter((wanted) => ![...there].some((platform) => isPlatform(platform, wanted)))
    .map((wanted) => ({ what: `the platform ${wanted}`, why }));
}
