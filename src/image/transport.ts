import { SealError } from "../error.ts";

/** Where an image is taken from, by the transports that skopeo and podman know (containers-transports(5)). */
export type Transport =
  | { readonly kind: "name"; readonly reference: string }
  | { readonly kind: "daemon"; readonly reference: string }
  | { readonly kind: "registry"; readonly reference: string }
  /** A file; `name` chooses an image of several in it. */
  | {
      readonly kind: "archive";
      readonly form: "docker-archive" | "oci-archive";
      readonly path: string;
      readonly name?: string;
    }
  | { readonly kind: "layout"; readonly path: string; readonly name?: string }
  | { readonly kind: "stdin" };

const prefixes = ["docker-daemon", "docker-archive", "oci-archive", "oci", "docker"] as const;

/**
 * Reads an image as a user names it. A colon may be of a path, too: what `exists` says decides.
 * @throws SealError ARGUMENT
 */
export function readTransport(text: string, exists: (path: string) => boolean): Transport {
  if (text === "-") return { kind: "stdin" };
  const prefix = prefixes.find((each) => text.startsWith(`${each}:`));
  const rest = prefix === undefined ? text : text.slice(prefix.length + 1);
  switch (prefix) {
    case "docker":
      if (!rest.startsWith("//")) break;
      return { kind: "registry", reference: checked(rest.slice(2), text) };
    case "docker-daemon":
      return { kind: "daemon", reference: checked(rest, text) };
    case "docker-archive":
    case "oci-archive":
      return { kind: "archive", form: prefix, ...pathAndName(rest, text, exists) };
    case "oci":
      return { kind: "layout", ...pathAndName(rest, text, exists) };
    default:
  }
  return { kind: "name", reference: checked(text, text) };
}

function pathAndName(
  rest: string,
  text: string,
  exists: (path: string) => boolean,
): { readonly path: string; readonly name?: string } {
  if (rest === "") throw wrong(`'${text}' names no file`);
  if (exists(rest)) return { path: rest };
  // the longest path that is there: a name has colons of its own (`docker-archive:a.tar:name:tag`)
  for (let colon = rest.lastIndexOf(":"); colon > 0; colon = rest.lastIndexOf(":", colon - 1)) {
    const path = rest.slice(0, colon);
    if (exists(path)) return colon === rest.length - 1 ? { path } : { path, name: rest.slice(colon + 1) };
  }
  throw wrong(`'${text}': there is no file '${rest.split(":", 1)[0]}'`);
}

// distribution/reference, regexp.go
const path = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const reference = new RegExp(
  `^(?:(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?/)?${path}(?:/${path})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

function checked(name: string, text: string): string {
  if (reference.test(name) || /^[0-9a-f]{12,64}$/.test(name)) return name;
  throw wrong(`'${text}' is not the name of an image`);
}

function wrong(message: string): SealError {
  return new SealError(
    "ARGUMENT",
    message,
    "An image is NAME, docker-daemon:NAME, docker://NAME, docker-archive:FILE, oci-archive:FILE, oci:FOLDER, or - for an archive on stdin",
  );
}
