import type { Verdict } from "../../gate/verdict.ts";
import type { BuildSummary } from "../../report/summary.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import type { Ended } from "../secret/end.ts";
import type { Outcome } from "./ready.ts";

/** Gathers what is said of a build at its end. */
export function summarize(
  { ready, runs, results }: Outcome,
  ended: readonly Ended[],
  end: Pick<BuildSummary, "result" | "status"> & {
    readonly scans?: readonly ImageScan[];
    readonly verdict?: Verdict;
    readonly published?: readonly string[];
  },
): BuildSummary {
  const { issued, plan } = ready;
  const steps = (plan?.steps ?? []).filter(({ step }) => runs.has(step));
  return {
    steps: steps.map(({ step, grants }) => {
      const cached = runs.get(step)?.cached;
      return {
        label: step.label,
        line: step.line,
        ran: cached === undefined ? "not reached" : cached ? "from the cache" : "ran",
        gets: grants.map(({ what, form, mounts }) => ({
          what,
          form,
          mounts: mounts.map(({ id, shows }) => `${id} → ${shows}`),
        })),
      };
    }),
    secrets: [...(issued?.minted ?? [])].map(([name, minted]) => ({
      name,
      from: issued?.sources.get(name)?.kind ?? "",
      reach: minted.reach,
      lifeLeftMs: issued?.freshness.lifeLeftMs(name),
      renewals: issued?.freshness.renewals(name) ?? 0,
      end: endOf(name, ended),
      steps: steps.filter(({ grants }) =>
        grants.some(({ mounts }) => mounts.some(({ secrets }) => secrets.includes(name))),
      ).length,
    })),
    leftOut: [...(issued?.leftOut ?? [])].map(([name, { reason }]) => ({ name, reason })),
    masked: results
      .flatMap(({ exposures }) => exposures)
      .map(({ name, encoding, count, step = "" }) => ({ name, encoding, count, step })),
    searched: searchedOf(end.scans, ready.values().length),
    unproven: end.verdict?.unproven ?? [],
    published: end.published ?? [],
    result: end.result,
    status: end.status,
  };
}

/** Of a secret that was renewed several values may have been ended: the worst is told. */
function endOf(name: string, ended: readonly Ended[]): BuildSummary["secrets"][number]["end"] {
  const own = ended.filter((one) => one.name === name);
  return own.find(({ end }) => end === "not-revoked")?.end ?? own.find(({ end }) => end === "revoked")?.end;
}

function searchedOf(scans: readonly ImageScan[] | undefined, values: number): BuildSummary["searched"] {
  if (scans === undefined || scans.length === 0) return undefined;
  const sum = (pick: (scan: ImageScan) => number) => scans.reduce((total, scan) => total + pick(scan), 0);
  return {
    layers: sum(({ stats }) => stats.layers),
    bytes: sum(({ stats }) => stats.bytes),
    files: sum(({ stats }) => stats.files),
    platforms: [...new Set(scans.flatMap(({ images }) => images.map(({ platform }) => platform)))],
    values,
    onRecord: scans
      .flatMap(({ images }) => images)
      .flatMap(({ layers }) => layers)
      .filter((layer) => !layer.wasSearched).length,
  };
}
