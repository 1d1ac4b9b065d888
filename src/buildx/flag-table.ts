/**
 * Every flag of `docker buildx build` in any version from 0.5 to 0.36, in one table: parsing, printing and the passes of
 * the gate are driven by it. Source: docker/buildx `commands/build.go` and `commands/root.go`, all minor versions.
 */

/** What a flag is about, for us. */
type FlagRole =
  | "dockerfile" // where the Dockerfile is
  | "step" // what the steps see
  | "secret"
  | "ssh"
  | "rerun" // which steps run again although they are in the cache
  | "cache-read"
  | "cache-write"
  | "name" // the image's names
  | "output" // where the result goes
  | "attestation"
  | "image" // the image's own words: labels, annotations
  | "record" // files that Docker writes about the build
  | "progress"
  | "question" // asks something instead of building
  | "builder"
  | "policy"
  | "nothing"; // accepted and without effect

export type Flag = {
  readonly name: string;
  readonly short?: string;
  readonly role: FlagRole;
  /** A flag without a value: `--push`, `--push=false`. */
  readonly boolean?: true;
  /** Each use adds a value; otherwise the last one counts. */
  readonly many?: true;
  /** One use holds several values, divided by commas. */
  readonly commas?: true;
};

export const buildFlags: readonly Flag[] = [
  { name: "add-host", role: "step", many: true, commas: true },
  { name: "allow", role: "step", many: true, commas: true },
  { name: "annotation", role: "image", many: true },
  { name: "attest", role: "attestation", many: true },
  { name: "build-arg", role: "step", many: true },
  { name: "build-context", role: "step", many: true },
  { name: "builder", role: "builder" },
  { name: "cache-from", role: "cache-read", many: true },
  { name: "cache-to", role: "cache-write", many: true },
  { name: "call", role: "question" },
  { name: "cgroup-parent", role: "step" },
  { name: "check", role: "question", boolean: true },
  { name: "compress", role: "nothing", boolean: true },
  { name: "cpu-period", role: "step" },
  { name: "cpu-quota", role: "step" },
  { name: "cpu-shares", short: "c", role: "step" },
  { name: "cpuset-cpus", role: "step" },
  { name: "cpuset-mems", role: "step" },
  { name: "debug", short: "D", role: "progress", boolean: true },
  { name: "detach", role: "builder", boolean: true },
  { name: "file", short: "f", role: "dockerfile" },
  { name: "force-rm", role: "nothing", boolean: true },
  { name: "help", short: "h", role: "question", boolean: true },
  { name: "iidfile", role: "record" },
  { name: "invoke", role: "question" },
  { name: "isolation", role: "nothing" },
  { name: "label", role: "image", many: true },
  { name: "load", role: "output", boolean: true },
  { name: "memory", short: "m", role: "step" },
  { name: "memory-swap", role: "step" },
  { name: "metadata-file", role: "record" },
  { name: "network", role: "step" },
  { name: "no-cache", role: "rerun", boolean: true },
  { name: "no-cache-filter", role: "rerun", many: true },
  { name: "output", short: "o", role: "output", many: true },
  { name: "platform", role: "step", many: true, commas: true },
  { name: "policy", role: "policy", many: true },
  { name: "print", role: "question" },
  { name: "progress", role: "progress" },
  { name: "provenance", role: "attestation" },
  { name: "pull", role: "rerun", boolean: true },
  { name: "push", role: "output", boolean: true },
  { name: "quiet", short: "q", role: "progress", boolean: true },
  { name: "resource", role: "step", many: true },
  { name: "rm", role: "nothing", boolean: true },
  { name: "root", role: "builder" },
  { name: "sbom", role: "attestation" },
  { name: "secret", role: "secret", many: true },
  { name: "security-opt", role: "nothing", many: true, commas: true },
  { name: "server-config", role: "builder" },
  { name: "shm-size", role: "step" },
  { name: "squash", role: "nothing", boolean: true },
  { name: "ssh", role: "ssh", many: true },
  { name: "tag", short: "t", role: "name", many: true },
  { name: "target", role: "step" },
  { name: "ulimit", role: "step", many: true },
];

const byName = new Map(buildFlags.map((flag) => [flag.name, flag]));
const byShort = new Map(buildFlags.flatMap((flag) => (flag.short === undefined ? [] : [[flag.short, flag] as const])));

export const flagByName = (name: string): Flag | undefined => byName.get(name);
export const flagByShort = (letter: string): Flag | undefined => byShort.get(letter);

/** Go's strconv.ParseBool, which Docker reads booleans with. Undefined: Docker refuses the word. */
export function parseGoBoolean(word: string): boolean | undefined {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(word)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(word)) return false;
  return undefined;
}
