import { SealError } from "../error.ts";
import { type LookAt, meantTransport, splitPath } from "./meant-transport.ts";

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
 * Reads an image as a user names it. A colon may be of a path, too: what is there decides.
 * @throws SealError ARGUMENT
 */
export function readTransport(text: string, lookAt: LookAt): Transport {
  if (text === "-") return { kind: "stdin" };
  const prefix = prefixes.find((each) => text.startsWith(`${each}:`));
  const rest = prefix === undefined ? text : text.slice(prefix.length + 1);
  switch (prefix) {
    case "docker":
      if (!rest.startsWith("//")) break;
      return { kind: "registry", reference: checked(rest.slice(2), text) };
    case "docker-daemon":
      return { kind: "daemon", reference: wholeId(rest) ?? checked(rest, text) };
    case "docker-archive":
    case "oci-archive":
      return { kind: "archive", form: prefix, ...pathAndName(rest, text, lookAt) };
    case "oci":
      return { kind: "layout", ...pathAndName(rest, text, lookAt) };
    default:
  }
  const id = wholeId(text);
  if (id !== undefined) return { kind: "daemon", reference: id };
  return { kind: "name", reference: checked(text, text, meantTransport(text, lookAt)) };
}

function pathAndName(rest: string, text: string, lookAt: LookAt): { readonly path: string; readonly name?: string } {
  if (rest === "") throw wrong(`'${text}' names no file`);
  const found = splitPath(rest, (path) => lookAt(path) !== undefined);
  if (found !== undefined) return found;
  throw wrong(
    `'${text}': there is no file '${rest.split(":", 1)[0]}'`,
    "See that its path is right from where you are",
  );
}

// distribution/reference, regexp.go
const path = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const reference = new RegExp(
  `^(?:(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?/)?${path}(?:/${path})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

/** An image's id, which a daemon alone knows; one with containerd's store wants to be told that it is one. */
function wholeId(text: string): string | undefined {
  const hex = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

function checked(name: string, text: string, remedy?: string): string {
  if (reference.test(name) || /^[0-9a-f]{12,64}$/.test(name)) return name;
  throw wrong(`'${text}' is not the name of an image`, remedy);
}

const forms =
  "An image is NAME, docker-daemon:NAME, docker://NAME, docker-archive:FILE, oci-archive:FILE, oci:FOLDER, or - for an archive on stdin";

function wrong(message: string, remedy = forms): SealError {
  return new SealError("ARGUMENT", message, remedy);
}
