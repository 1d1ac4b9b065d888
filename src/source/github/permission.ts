/** What a token may do, by GitHub's names: `contents`, `packages`, `organization_self_hosted_runners`, … */
export type Permissions = Readonly<Record<string, "read" | "write" | "admin">>;

const ranks = ["read", "write", "admin"] as const;

/** Those that know nothing but `write` (GitHub's REST description, `app-permissions`). */
const writeOnly = new Set(["workflows", "profile", "organization_copilot_seat_management"]);

/** The same, no more than reading; what cannot be had for reading is left out. */
export function onlyReading(permissions: Permissions): Permissions {
  const names = Object.keys(permissions).filter((name) => !writeOnly.has(name));
  return Object.fromEntries(names.map((name) => [name, "read" as const]));
}

export function isOnlyReading(permissions: Permissions): boolean {
  return Object.values(permissions).every((access) => access === "read");
}

/** "contents: read, packages: write" */
export function describePermissions(permissions: Permissions): string {
  const all = Object.entries(permissions).sort(([a], [b]) => (a < b ? -1 : 1));
  return all.map(([name, access]) => `${name}: ${access}`).join(", ");
}

/** What is asked for and not granted: "packages: write (it has read)". Reading metadata is part of every installation. */
export function missingPermissions(asked: Permissions, granted: Permissions): readonly string[] {
  return Object.entries(asked).flatMap(([name, access]) => {
    const has = Object.hasOwn(granted, name) ? granted[name] : name === "metadata" ? "read" : undefined;
    if (has !== undefined && ranks.indexOf(has) >= ranks.indexOf(access)) return [];
    return [`${name}: ${access} (it has ${has ?? "none"})`];
  });
}

/** What an answer says of permissions, as far as it is understood: a name is letters, so that no value passes for one. */
export function readPermissions(value: unknown): Permissions | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, "read" | "write" | "admin"] =>
      /^[a-z_]{1,60}$/.test(entry[0]) && ranks.some((rank) => rank === entry[1]),
  );
  return Object.fromEntries(entries);
}
