/**
 * Whether a file's name says that it is a Dockerfile, or a template of one: Dockerfile, Containerfile, with anything behind
 * a dot or a dash (Dockerfile.dev, Dockerfile-alpine.template), or as an ending (api.Dockerfile, api.Dockerfile.j2).
 */
export function isDockerfileName(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (NAMES.test(name) || ENDINGS.test(name)) && !OTHERS.test(name);
}

// in lower case alone or as the whole ending: dockerfile.ts is about Dockerfiles
const NAMES = /^(?:(?:Docker|Container)file(?:[.-].*)?|(?:docker|container)file)$/s;
const ENDINGS = /\.(?:(?:Docker|Container)file(?:\..*)?|(?:docker|container)file)$/s;
const OTHERS = /(?:\.(?:dockerignore|containerignore|md|rst|html|json|orig|rej|bak|swp|tmp|patch|diff|lock)|~)$/i;
