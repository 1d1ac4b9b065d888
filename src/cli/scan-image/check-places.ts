import { resolve } from "node:path";
import { SealError } from "../../error.ts";
import { refuseUnwritable } from "../../system/writable-place.ts";
import type { ScanCommand } from "./arguments.ts";
import type { ScanSettings } from "./settings.ts";

/** They take any number of reports. */
const devices = /^\/dev\/(?:null|full|tty|stdout|stderr|fd\/\d+)$/;

/**
 * What is to be written at the end: each to a place of its own that can be written, and over nothing that this scan reads.
 * @throws SealError ARGUMENT, OUTPUT
 */
export async function checkPlaces(command: ScanCommand, settings: ScanSettings): Promise<void> {
  const { baseline, ignore, ruleFiles } = settings;
  const reports = command.reports.flatMap(({ file }) => file ?? []);
  const ignoreFile = typeof ignore === "string" ? ignore : ignore?.file;
  const read = [command.needles, baseline, ignoreFile, command.config, ...ruleFiles].flatMap((path) => path ?? []);
  const taken = new Map(read.map((path) => [resolve(path), `${path} is read by this scan`]));
  for (const file of reports) {
    const place = resolve(file);
    const why = taken.get(place);
    if (why !== undefined)
      throw new SealError("ARGUMENT", `${why}, and a report would go over it`, "Name another file");
    if (!devices.test(place)) taken.set(place, `${file} takes another report`);
  }
  for (const file of reports) await refuseUnwritable(file);
  if (command.updateBaseline && baseline !== undefined) await refuseUnwritable(baseline);
}
