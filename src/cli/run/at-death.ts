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
 * The second time (docker has ended by then) the id is known from the first, though its file is gone.
 */
export function killAtDeath({ docker, environment }: RunTools, cidfile: string): string {
  const variables = needed.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [`${name}=${quote(value)}`];
  });
  return `[ -n "$container" ] || IFS= read -r container <${quote(cidfile)}
[ -z "$container" ] || ${[...variables, quote(docker)].join(" ")} kill "$container" &
`;
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
