import type { BuildFacts } from "./build-facts.ts";
import { detectSyntax } from "./directive.ts";
import type { Dockerfile } from "./dockerfile.ts";
import type { Template } from "./template/template.ts";

/** The Dockerfile frontend that a build will use. */
export type Frontend = {
  /** The image that is pulled for it; undefined: the builder's own. */
  readonly image: string | undefined;
  /** It is Docker's own: the builder's, or an image docker/dockerfile or docker/dockerfile-upstream on Docker Hub. */
  readonly isDockers: boolean;
  /** By the image's tag; `minor` is undefined where the tag is for the newest of a major version. */
  readonly version: { readonly major: number; readonly minor: number | undefined } | undefined;
  /** Whether it takes `env=` in a secret mount (since 1.10); undefined: it depends on the builder, or on a digest. */
  readonly supportsEnvMounts: boolean | undefined;
};

/**
 * The frontend of a file (one character a byte), which may be in any language: by the build argument BUILDKIT_SYNTAX,
 * else by what the file asks for (`# syntax=`, `// syntax=`, JSON). Of a template it is what its rendering asks for,
 * whose first line may stand below tags, as far as that is written there.
 */
export function frontendOf(
  file: { readonly text: string } & Partial<Pick<Dockerfile, "template" | "directives">>,
  facts: BuildFacts = {},
): Frontend {
  const argument = facts.buildArgs?.get("BUILDKIT_SYNTAX");
  const image =
    argument === undefined ? imageOf(file.text, file.template, file.directives) : firstWord(argument.trim());
  if (image === undefined) {
    return { image, isDockers: true, version: undefined, supportsEnvMounts: undefined };
  }
  return frontendFrom(image);
}

function imageOf(
  text: string,
  template: Template | undefined,
  directives: Dockerfile["directives"] = [],
): string | undefined {
  const directive = template && directives.find(({ name }) => name === "syntax");
  if (directive === undefined) return detectSyntax(text)?.image;
  const { value, valueStart, valueEnd } = directive;
  const tag = template!.spans.find(({ end }) => end > valueStart);
  if (tag === undefined || tag.start >= valueEnd) return firstWord(value.trim());
  // `docker/dockerfile:{{ version }}`: the name is whole
  return /^(.*[^:@/])[:@][^/]*$/.exec(text.slice(valueStart, Math.max(valueStart, tag.start)))?.[1];
}

function firstWord(text: string): string {
  return text.split(" ", 1)[0]!;
}

/** The same for a frontend image's name. */
export function frontendFrom(image: string): Frontend {
  const reference = parseReference(image);
  const isDockers = reference !== undefined && DOCKERS.has(reference.name);
  if (!isDockers) return { image, isDockers, version: undefined, supportsEnvMounts: undefined };
  const version = parseVersion(reference.tag);
  return { image, isDockers, version, supportsEnvMounts: supportsEnvMounts(reference, version) };
}

const DOCKERS: ReadonlySet<string> = new Set([
  "docker/dockerfile",
  "docker/dockerfile-upstream",
  "docker.io/docker/dockerfile",
  "docker.io/docker/dockerfile-upstream",
  "index.docker.io/docker/dockerfile",
  "index.docker.io/docker/dockerfile-upstream",
]);

type Reference = { readonly name: string; readonly tag: string | undefined; readonly digest: string | undefined };

// distribution/reference; what it does not take is nobody's
function parseReference(image: string): Reference | undefined {
  const found =
    /^(?<name>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[\w+.-]+:[0-9a-fA-F]{32,}))?$/.exec(
      image,
    );
  if (found === null) return undefined;
  const { name, tag, digest } = found.groups!;
  return { name: name!, tag, digest };
}

// 1, 1.10, 1.10.0, 1.10-labs, 1.10.0-rc1
function parseVersion(tag: string | undefined): Frontend["version"] {
  const found = /^(\d+)(?:\.(\d+)(?:\.\d+)?)?(?:-|$)/.exec(tag ?? "");
  if (found === null) return undefined;
  return { major: Number(found[1]), minor: found[2] === undefined ? undefined : Number(found[2]) };
}

function supportsEnvMounts(reference: Reference, version: Frontend["version"]): boolean | undefined {
  if (version?.minor !== undefined) return version.major > 1 || (version.major === 1 && version.minor >= 10);
  // a tag that moves says nothing beside a digest
  if (reference.digest !== undefined) return undefined;
  return version === undefined || version.major >= 1;
}
