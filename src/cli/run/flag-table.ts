/**
 * The flags of `docker run`, so that IMAGE is found among their values. Source: docker/cli `cli/command/container/opts.go`
 * and `run.go`, from 20.10 to 29; `test/e2e/run-flag.test.ts` holds it against `docker run --help` of real ones.
 */
type RunFlag = { readonly name: string; readonly short?: string; readonly boolean?: true };

const switches: readonly (readonly [name: string, short?: string])[] = [
  ["detach", "d"],
  ["disable-content-trust"],
  ["help"],
  ["init"],
  ["interactive", "i"],
  ["no-healthcheck"],
  ["oom-kill-disable"],
  ["privileged"],
  ["publish-all", "P"],
  ["quiet", "q"],
  ["read-only"],
  ["rm"],
  ["sig-proxy"],
  ["tty", "t"],
  ["use-api-socket"],
];

const valued: readonly (readonly [name: string, short?: string])[] = [
  ["add-host"],
  ["annotation"],
  ["attach", "a"],
  ["blkio-weight"],
  ["blkio-weight-device"],
  ["cap-add"],
  ["cap-drop"],
  ["cgroup-parent"],
  ["cgroupns"],
  ["cidfile"],
  ["cpu-count"],
  ["cpu-percent"],
  ["cpu-period"],
  ["cpu-quota"],
  ["cpu-rt-period"],
  ["cpu-rt-runtime"],
  ["cpu-shares", "c"],
  ["cpus"],
  ["cpuset-cpus"],
  ["cpuset-mems"],
  ["detach-keys"],
  ["device"],
  ["device-cgroup-rule"],
  ["device-read-bps"],
  ["device-read-iops"],
  ["device-write-bps"],
  ["device-write-iops"],
  ["dns"],
  ["dns-opt"],
  ["dns-option"],
  ["dns-search"],
  ["domainname"],
  ["entrypoint"],
  ["env", "e"],
  ["env-file"],
  ["expose"],
  ["gpus"],
  ["group-add"],
  ["health-cmd"],
  ["health-interval"],
  ["health-retries"],
  ["health-start-interval"],
  ["health-start-period"],
  ["health-timeout"],
  ["hostname", "h"],
  ["io-maxbandwidth"],
  ["io-maxiops"],
  ["ip"],
  ["ip6"],
  ["ipc"],
  ["isolation"],
  ["kernel-memory"],
  ["label", "l"],
  ["label-file"],
  ["link"],
  ["link-local-ip"],
  ["log-driver"],
  ["log-opt"],
  ["mac-address"],
  ["memory", "m"],
  ["memory-reservation"],
  ["memory-swap"],
  ["memory-swappiness"],
  ["mount"],
  ["name"],
  ["net"],
  ["net-alias"],
  ["network"],
  ["network-alias"],
  ["oom-score-adj"],
  ["pid"],
  ["pids-limit"],
  ["platform"],
  ["publish", "p"],
  ["pull"],
  ["restart"],
  ["runtime"],
  ["security-opt"],
  ["shm-size"],
  ["stop-signal"],
  ["stop-timeout"],
  ["storage-opt"],
  ["sysctl"],
  ["tmpfs"],
  ["ulimit"],
  ["user", "u"],
  ["userns"],
  ["uts"],
  ["volume", "v"],
  ["volume-driver"],
  ["volumes-from"],
  ["workdir", "w"],
];

/** Flags by their long names and letters. */
export type RunFlags = {
  readonly byName: (name: string) => RunFlag | undefined;
  readonly byShort: (letter: string) => RunFlag | undefined;
};

/** The table, with flags that a newer Docker has beside them. */
export function runFlags(more: readonly RunFlag[] = []): RunFlags {
  const all: RunFlag[] = [
    ...more,
    ...switches.map(([name, short]): RunFlag => ({ ...named(name, short), boolean: true })),
    ...valued.map(([name, short]) => named(name, short)),
  ];
  const byName = new Map(all.map((flag) => [flag.name, flag]));
  const byShort = new Map(all.flatMap((flag) => (flag.short === undefined ? [] : [[flag.short, flag] as const])));
  return { byName: (name) => byName.get(name), byShort: (letter) => byShort.get(letter) };
}

const named = (name: string, short: string | undefined): RunFlag => (short === undefined ? { name } : { name, short });

/**
 * The flags in the text of `docker run --help`: `  -e, --env list   …` takes a value, `      --rm   …` takes none.
 * pflag prints the kind of a value right behind the name, and nothing for a switch.
 */
export function readHelp(help: string): RunFlag[] {
  return [...help.matchAll(/^ {2,6}(?:-(\w), )?--([a-z0-9][a-z0-9-]*)(?: (\S+))?(?: {2,}|$)/gm)].map(
    ([, short, name = "", kind]) => ({
      ...named(name, short),
      ...(kind === undefined ? { boolean: true as const } : {}),
    }),
  );
}
