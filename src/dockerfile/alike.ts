/**
 * Whether two values made of texts, numbers, lists and plain objects say the same. Not node:util's, which takes 4 ms to load
 * and thrice the time.
 */
export function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => alike(item, other[index]));
  }
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  if (keys.length !== others.length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(other, key) &&
      alike((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
  );
}
