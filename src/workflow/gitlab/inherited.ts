import type { CiJob, GitlabPipeline } from "../document.ts";

// GitLab takes eleven levels of `extends`
const MOST = 50;

const indexes = new WeakMap<GitlabPipeline, ReadonlyMap<string, CiJob>>();

/** The jobs of the same file that a job takes its keys from by `extends`, the nearest first. */
export function inheritedBy(pipeline: GitlabPipeline, job: CiJob): readonly CiJob[] {
  if (job.extends.length === 0) return [];
  let index = indexes.get(pipeline);
  if (index === undefined) {
    index = new Map(pipeline.jobs.map((one) => [one.name.text, one]));
    indexes.set(pipeline, index);
  }
  const found = new Set<CiJob>();
  const waiting = [job];
  for (let next = waiting.shift(); next !== undefined && found.size < MOST; next = waiting.shift()) {
    for (const name of next.extends.slice(0, MOST)) {
      const template = index.get(name);
      if (template === undefined || template === job || found.has(template)) continue;
      found.add(template);
      waiting.push(template);
    }
  }
  return [...found];
}
