/**
 * What was to be unpacked at once and could not be. Node lets go of what it holds for each only between turns of the
 * process, so whoever reads files by the thousand has to take one.
 */
let refused = 0;

export function noteRefused(): void {
  refused++;
}

/** Whether there were any since it was asked last. */
export function hasRefused(): boolean {
  const has = refused > 0;
  refused = 0;
  return has;
}
