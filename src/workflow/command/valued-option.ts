/**
 * Which options of `docker build`, `buildx bake` and `docker run` take no value, so that the next word is not theirs.
 * Source: docker/buildx `commands/build.go` and `bake.go`, docker/cli `cli/command/container/opts.go` and `run.go`.
 */
const withoutValue: Readonly<Record<"build" | "bake" | "run", ReadonlySet<string>>> = {
  build: new Set(
    "check compress debug D detach force-rm help h load no-cache pull push quiet q rm squash disable-content-trust".split(
      " ",
    ),
  ),
  bake: new Set("check debug D help h load no-cache print pull push".split(" ")),
  run: new Set(
    [
      "detach d disable-content-trust help init interactive i no-healthcheck oom-kill-disable privileged publish-all P",
      "quiet q read-only rm sig-proxy tty t use-api-socket no-deps service-ports build remove-orphans T",
    ]
      .join(" ")
      .split(" "),
  ),
};

/** Whether the option, named without its dashes, takes a value. */
export function takesValue(verb: "build" | "bake" | "run", name: string): boolean {
  return !withoutValue[verb].has(name);
}
