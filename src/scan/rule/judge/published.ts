import { isPublishedPath } from "../../likely.ts";
import type { RuleContext } from "../../rule.ts";

/** CARGO_HOME of the official images of Rust has no dot. */
const cargoRegistry = /(?:^|\/)usr\/local\/cargo\/registry\//;
/** In capitals, as they lie beside a README: an `install.sh` is a program. */
const manual = /(?:^|\/)(?:MANUAL|USAGE|INSTALL)[^/.]*(?:\.(?:txt|md|rst|adoc|org|pod|html?))?$/;
const packageFile = /\.(?:whl|crate|gem|nupkg)$/i;

/** Was it published for all, by where it lies? A package as its registry gives it counts wherever that lies. */
export function isPublished({ path, within = [] }: RuleContext): boolean {
  const whole = [...within, path].join("/");
  return isPublishedPath(whole) || cargoRegistry.test(whole) || manual.test(whole) || isInPackage(within, path);
}

function isInPackage(within: readonly string[], path: string): boolean {
  return within.some((file, at) => packageFile.test(file) || isOfNpm(file, within[at + 1] ?? path));
}

/** What `npm pack` makes: other archives have that ending too, so what lies in it decides. */
function isOfNpm(file: string, inner: string): boolean {
  return /\.tgz$/i.test(file) && inner.startsWith("package/");
}
