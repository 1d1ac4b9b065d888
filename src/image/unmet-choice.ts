import { normalizeImageName } from "../buildx/image-name.ts";
import type { Skipped } from "../finding/finding.ts";
import type { Choice } from "./choice.ts";
import { isPlatform } from "./platform.ts";

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
  const offered = [...there].sort();
  if (offered.length === 0) return [];
  return platforms.flatMap((wanted) => {
    const what = `the platform ${wanted}`;
    if (!offered.some((platform) => isPlatform(platform, wanted))) {
      return [{ what, why: `the image has only ${offered.join(", ")}` }];
    }
    const other = insteadOf(wanted, offered);
    return other === undefined ? [] : [{ what, why: `an engine may take ${other} for it` }];
  });
}

/** What engines run where there is nothing for the first variant of an architecture. Source: containerd/platforms, compare.go. */
const olders = [
  { first: "amd64/v1", older: "386" },
  { first: "arm64/v8", older: "arm" },
];

/** What was not chosen, and is run for what was. */
function insteadOf(wanted: string, offered: readonly string[]): string | undefined {
  const systems = new Set(offered.map((platform) => platform.split("/", 1)[0]!));
  for (const os of systems) {
    for (const { first, older } of olders) {
      if (!isPlatform(`${os}/${first}`, wanted) || offered.some((each) => isPlatform(each, `${os}/${first}`))) continue;
      const other = offered.find((each) => isPlatform(each, `${os}/${older}`) && !isPlatform(each, wanted));
      if (other !== undefined) return other;
    }
  }
  return undefined;
}
