import type { FilePlace, Finding, ImagePlace } from "../finding/finding.ts";
import type { Verdict } from "../gate/verdict.ts";

/** What the gate found, as a tired person needs it: what leaked, where, which step, what to do. */
export function printVerdict(verdict: Verdict, mode: "gate" | "warn" | "off"): string {
  const lines: string[] = [];
  for (const leak of verdict.leaks) lines.push(...printLeak(leak, "LEAK"));
  for (const { diffId, createdBy } of verdict.leakedBefore) {
    lines.push(
      `LEAK  ${createdBy ?? diffId}`,
      "      this layer came from the cache; a leak was found in it when it was made",
      "      → mend the step, so that it runs again (or build with --no-cache)",
    );
  }
  for (const finding of verdict.others) lines.push(...printLeak(finding, finding.severity));
  for (const { what, why } of verdict.skipped) lines.push(`not read: ${what}: ${why}`);
  for (const step of verdict.unproven) lines.push(`from the cache, not proven: ${step}`);
  if (!verdict.mayPublish && mode === "gate") lines.push("Nothing was tagged, loaded, pushed or written.");
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function printLeak({ message, remedy, where, places = [] }: Finding, head: string): string[] {
  return [
    `${head}  ${message}`,
    `      in ${printPlace(where)}${places.length === 0 ? "" : `, and in ${places.length} more places`}`,
    `      → ${remedy}`,
  ];
}

function printPlace(place: ImagePlace | FilePlace): string {
  if ("file" in place) return `${place.file}:${place.line}`;
  const { surface, layer, path, inner = [], line, deletedIn } = place;
  const file = [path, ...inner].filter((part) => part !== undefined).join(" → ");
  return [
    layer === undefined ? surface : `layer ${layer.index}`,
    file === "" ? "" : `${file}${line === undefined ? "" : `:${line}`}`,
    layer?.createdBy === undefined ? "" : `made by ${layer.createdBy.replace(/\s+/g, " ").slice(0, 120)}`,
    deletedIn === undefined ? "" : `deleted in layer ${deletedIn}, still in the image`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}
