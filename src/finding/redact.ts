/** How a secret is shown: only its length, for those whose every character counts. */
export function lengthOnly(length: number): string {
  return `${length} characters, not shown`;
}

/**
 * How a secret is shown whose first characters only say what kind it is: those (at most four), the last two, and its
 * length.
 */
export function endsOnly(value: string): string {
  if (value.length < 24) return lengthOnly(value.length);
  return `${value.slice(0, 4)}…${value.slice(-2)} (${value.length} characters)`;
}
