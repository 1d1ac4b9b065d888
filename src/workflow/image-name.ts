/**
 * Whether a file, a job, a target or a step is about building images, by its name: `docker-build.yml`, `publishImages`,
 * `image`. One that only looks at images (`lint-dockerfile`, `scan-image`, `social-images`) is not.
 */
export function namesImageBuild(name: string): boolean {
  const words = wordsOf(name.replace(/\.(?:ya?ml|sh|bash)$/, ""));
  const builds = words.some((word) => BUILDS.test(word));
  if (!builds && words.some((word) => LOOKS.test(word))) return false;
  if (words.some((word) => TOOL.test(word))) return true;
  return words.some((word) => IMAGE.test(word)) && (builds || words.every((word) => IMAGE.test(word)));
}

const TOOL = /^(?:docker|dockerfiles?|dockeri[sz]e|dockerhub|buildx|bake|kaniko|buildah|podman|oci|multiarch)$/;
const IMAGE = /^(?:images?|containers?|img)$/;
const BUILDS = /^(?:build|builds|builder|building|rebuild|publish|publishing|push|release|releases|package|create)$/;
const LOOKS =
  /^(?:lint|linter|hadolint|scan|scanner|scanning|trivy|grype|snyk|check|clean|cleanup|prune|purge|delete|remove|description|readme|docs|notify|label|comment)$/;

/** Lower-case words, split at what is no letter and where small letters turn into capitals. */
function wordsOf(name: string): string[] {
  return name
    .slice(-200)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");
}
