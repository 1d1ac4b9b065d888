/**
 * The steps of each state: the one that most classes take (two bytes, little endian), how many take others, and of each of these its class and
 * its step.
 */
export function packSteps(steps: Uint16Array, classes: number): Uint8Array {
  const bytes: number[] = [];
  const put = (step: number): void => void bytes.push(step & 0xff, step >>> 8);
  for (let row = 0; row < steps.length; row += classes) {
    const own = steps.subarray(row, row + classes);
    const usual = mostOften(own);
    const others = [...own.entries()].filter(([, step]) => step !== usual);
    put(usual);
    bytes.push(others.length);
    for (const [column, step] of others) {
      bytes.push(column);
      put(step);
    }
  }
  return Uint8Array.from(bytes);
}

function mostOften(steps: Uint16Array): number {
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}
