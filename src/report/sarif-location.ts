import type { FilePlace, ImagePlace } from "../finding/finding.ts";
import { layerText, placeText } from "./place-text.ts";

/** Where paths of the repository begin, and those of the image. */
export const sourceRoot = "%SRCROOT%";
export const imageRoot = "IMAGE";

/** A place as a SARIF location; `image` is what places in it are named after. */
export function sarifLocation(place: FilePlace | ImagePlace, image = "image"): object {
  if ("file" in place) {
    const { file, line, column, endLine, endColumn } = place;
    return {
      physicalLocation: {
        artifactLocation: uriOf(file),
        region: { startLine: line, startColumn: column, endLine, endColumn },
      },
    };
  }
  const { line, offset, deletedIn, platform, layer, inner } = place;
  const how = layerText(place);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriInImage(place, image), uriBaseId: imageRoot },
      // code scanning takes no place without a line (docs: "SARIF support for code scanning", region.startLine)
      region: { startLine: line ?? 1 },
    },
    logicalLocations: [
      {
        name: placeText(place),
        fullyQualifiedName: [image, platform, how, placeText(place)].filter((part) => part).join(" "),
        kind: "resource",
      },
      ...(layer === undefined
        ? []
        : [
            {
              name: `layer ${layer.index}`,
              fullyQualifiedName: [image, platform, how].filter((part) => part).join(" "),
              kind: "module",
            },
          ]),
      ...(platform === undefined
        ? []
        : [{ name: platform, fullyQualifiedName: `${image} ${platform}`, kind: "namespace" }]),
    ],
    ...(how === undefined ? {} : { message: { text: how } }),
    properties: {
      surface: place.surface,
      ...(layer === undefined ? {} : { layer }),
      ...(inner === undefined ? {} : { inner }),
      ...(offset === undefined ? {} : { offset }),
      ...(deletedIn === undefined ? {} : { deletedIn }),
    },
  };
}

/** A relative path is a URI reference from the root on; each name is escaped by itself. */
function uriOf(path: string): object {
  const uri = path.split("/").map(escapeName);
  if (path.startsWith("/")) return { uri: `file://${uri.join("/")}` };
  return { uri: uri.join("/"), uriBaseId: sourceRoot };
}

/** What is no file of the image has the image's name: viewers show nothing without one. No path leads out of the root. */
function uriInImage({ surface, path }: ImagePlace, image: string): string {
  const isFile = surface === "layer" || surface === "path" || surface === "metadata" || surface === "slack";
  const names = (isFile && path !== undefined ? path : image).split("/").filter((name) => name !== "");
  return (
    names.map((name) => (/^\.+$/.test(name) ? name.replaceAll(".", "%2E") : escapeName(name))).join("/") || "image"
  );
}

function escapeName(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}
