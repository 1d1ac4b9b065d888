/** A version as far as it matters here: major, minor, patch. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The version in `v0.13.2`, `28.5.2+dfsg4`, `0.29.1+ds1`; undefined where there is none, `v0.0.0+unknown` included. */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return undefined;
  const version = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] as const;
  return version.some((part) => part > 0) ? version : undefined;
}

export function isAtLeast(version: Version, least: Version): boolean {
  const difference = version.map((part, index) => part - least[index]!).find((part) => part !== 0);
  return (difference ?? 0) >= 0;
}

/**
 * The BuildKit inside an engine, at least: distributions build engines that do not know it (`v0.0.0+unknown`).
 * Source: moby `vendor.mod` at the tags.
 */
export function buildkitOfEngine(engine: Version): Version | undefined {
  const known: readonly (readonly [engine: Version, buildkit: Version])[] = [
    [
      [28, 0, 0],
      [0, 20, 0],
    ],
    [
      [27, 4, 0],
      [0, 17, 3],
    ],
    [
      [27, 3, 0],
      [0, 16, 0],
    ],
    [
      [27, 1, 0],
      [0, 15, 1],
    ],
    [
      [27, 0, 0],
      [0, 14, 0],
    ],
    [
      [26, 0, 0],
      [0, 13, 0],
    ],
    [
      [23, 0, 0],
      [0, 11, 0],
    ],
  ];
  return known.find(([least]) => isAtLeast(engine, least))?.[1];
}
