const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time in one unit, as one would say it: "45 seconds", "12 minutes", "3 hours", "2 days". */
export function describeDuration(durationMs: number): string {
  const length = Math.max(0, durationMs);
  if (length < 2 * minuteMs) return counted(Math.round(length / secondMs), "second");
  if (length < 2 * hourMs) return counted(Math.round(length / minuteMs), "minute");
  if (length < 2 * dayMs) return counted(Math.round(length / hourMs), "hour");
  return counted(Math.round(length / dayMs), "day");
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
