import { runDocker } from "./docker.ts";
import type { Place } from "./place.ts";
import { createProject } from "./project.ts";
import type { ImageTools } from "./service/image-tool.ts";

/**
 * The base image for two platforms: the same files twice. A step for either of them runs here, for BuildKit runs what it
 * has no emulator for as it is.
 */
export async function pushBothPlatforms({ base }: Place, { crane }: ImageTools): Promise<string> {
  const [arm, both] = ["arm64", "both"].map((tag) => base.replace(/:1$/, `:${tag}`)) as [string, string];
  await crane("mutate", "--insecure", "--set-platform", "linux/arm64", base, "-t", arm);
  await crane("index", "append", "--insecure", "-m", base, "-m", arm, "-t", both);
  return both;
}

/** An image that BuildKit asks for an SBOM (its scanner protocol): it says of every image the same. */
export async function pushSbomGenerator(place: Place, repository: string, said: string): Promise<string> {
  const statement = JSON.stringify({
    _type: "https://in-toto.io/Statement/v0.1",
    predicateType: "https://spdx.dev/Document",
    predicate: { spdxVersion: "SPDX-2.3", packages: [{ name: "seen", downloadLocation: said }] },
  });
  const project = await createProject({
    Dockerfile: `FROM ${place.base}\nCOPY said /said\nENTRYPOINT ["/bin/sh", "-c", "cp /said $BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"]\n`,
    said: statement,
  });
  const name = `${repository}:1`;
  const words = ["buildx", "build", ...place.flags, "--provenance=false", "--push", "-t", name, project.folder];
  const built = await runDocker(words, place.engine);
  if (built.status !== 0) throw new Error(built.stderr);
  return name;
}
