import type { RuleContext } from "../../rule.ts";

/**
 * Documentation, and packages as their registries give them; CARGO_HOME of Rust's official images has no dot, and a module of
 * Go has its version in its folder's name. So have the sources that a system's images are built of.
 */
const place =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|ansible_collections|gems|[^/]{1,100}@v\d{1,6}\.\d{1,6}\.[^/]{1,80}|go\/pkg\/mod|usr\/local\/go\/(?:src|test)|usr\/src\/[\w.+-]{1,80}-\d{1,4}(?:\.\d{1,6}){1,3}[^/]{0,30}|\.cargo\/registry|usr\/local\/cargo\/registry|\.m2\/repository|\.gradle\/caches|\.nuget\/packages|_cacache|var\/cache\/apt|usr\/share\/(?:doc|man|info|help|gtk-doc|perl5?)|usr\/share\/go-[\d.]{1,6}|google-cloud-sdk|lib\/python[\d.]{0,6}|usr\/lib\/(?:node|ruby|jvm|go-?[\d.]{0,6}))\/|\.(?:md|rst|adoc|d\.[cm]?ts|map|html?)$|(?:^|\/)(?:README|CHANGE(?:LOG|S)|NEWS)[^/]*$/i;
/** A tool's cache beside packages: it can hold what a build was given. */
const cache = /(?:^|\/)node_modules\/\.cache\//;
/** In capitals, as they lie beside a README: an `install.sh` is a program. */
const manual = /(?:^|\/)(?:MANUAL|USAGE|INSTALL)[^/.]*(?:\.(?:txt|md|rst|adoc|org|pod|html?))?$/;
const packageFile = /\.(?:whl|crate|gem|nupkg)$/i;

/** Was it published for all, by where it lies? A package as its registry gives it counts wherever that lies. */
export function isPublished({ path, within = [] }: RuleContext): boolean {
  const whole = [...within, path].join("/");
  return (place.test(whole) && !cache.test(whole)) || manual.test(whole) || isInPackage(within, path);
}

function isInPackage(within: readonly string[], path: string): boolean {
  return within.some((file, at) => packageFile.test(file) || isOfNpm(file, within[at + 1] ?? path));
}

/** What `npm pack` makes: other archives have that ending too, so what lies in it decides. */
function isOfNpm(file: string, inner: string): boolean {
  return /\.tgz$/i.test(file) && inner.startsWith("package/");
}
