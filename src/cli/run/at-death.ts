import type { RunTools } from "./tools.ts";

/** How docker finds its engine; nothing of it is secret. The guardian itself inherits PATH alone. */
const needed = [
  "HOME",
  "SSH_AUTH_SOCK",
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
  "DOCKER_CERT_PATH",
  "DOCKER_TLS",
  "DOCKER_TLS_VERIFY",
  "DOCKER_API_VERSION",
];

/**
 * What the guardian does if we are killed: the container is killed too, for its secrets go and nothing masks it any more.
 * Docker opens the file for the id before it makes the container and writes it after (docker/cli `newCIDFile`). So the file
 * is held open: where we are killed in between, the id comes when the file itself is gone already, and is read the second
 * time, when docker has ended.
 */
export function killAtDeath({ docker, environment }: RunTools, cidfile: string): string {
  const variables = needed.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [`${name}=${quote(value)}`];
  });
  return `[ -n "$held" ] || [ ! -r ${quote(cidfile)} ] || { exec 9<${quote(cidfile)}; held=1; }
[ -n "$container" ] || [ -z "$held" ] || IFS= read -r container <&9
[ -z "$container" ] || ${[...variables, quote(docker)].join(" ")} kill "$container" &
`;
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
