import type { Stage } from "../dockerfile/stage.ts";
import type { DockerfileSubject } from "./rule.ts";

/** An image that others publish has no credential in a variable; one's own might. */
const PUBLIC =
  /^(?:docker\.io\/)?(?:library\/)?(?:alpine|amazoncorretto|archlinux|bash|buildpack-deps|busybox|centos|debian|eclipse-temurin|elixir|fedora|golang|gradle|haskell|julia|maven|nginx|node|openjdk|perl|php|postgres|python|redis|ruby|rust|swift|ubuntu)(?:[:@]|$)/;

/** Whether a stage begins with an image that everybody knows, so that nothing is in it of one's own. */
export function isPublicImage(stage: Stage, { stages }: DockerfileSubject): boolean {
  const above: Stage[] = [];
  let at = stage;
  while (at.baseStage !== undefined && !judged.has(at)) {
    above.push(at);
    at = stages[at.baseStage]!;
  }
  const isPublic = judged.get(at) ?? PUBLIC.test(at.baseText);
  for (const one of [at, ...above]) judged.set(one, isPublic);
  return isPublic;
}

// each step of a long chain of stages asks for it
const judged = new WeakMap<Stage, boolean>();
