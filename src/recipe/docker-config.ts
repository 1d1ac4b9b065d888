import { runs, starts } from "./command-sign.ts";
import type { DockerConfigOptions } from "./docker-config-options.ts";
import { layFile, namedBy, ownVariable, sets } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import { writeNotices } from "./own-writes.ts";
import { text } from "./placement.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";
import { basicOf, lineOf } from "./value.ts";

type Login = {
  readonly host: string;
  readonly secret: string;
  readonly user: string;
  readonly identityToken: boolean;
};

/**
 * What reads Docker's config.json inside a step: skopeo, crane, oras, helm, cosign, docker itself. A step that is not
 * root's gets it by variables: DOCKER_CONFIG names the folder, REGISTRY_AUTH_FILE the file (for skopeo and its kin,
 * containers-auth.json(5)).
 */
export const dockerConfig: Recipe<DockerConfigOptions> = {
  name: "docker-config",
  summary: "container registries within a step (skopeo, crane, oras, helm), by Docker's config.json",
  optional: false,
  options: async () => (await import("./docker-config-options.ts")).dockerConfigOptions,
  readsHost: [],
  signs: [
    { run: runs("skopeo", "copy|inspect|sync|list-tags|delete"), says: "runs skopeo" },
    {
      run: runs(
        "crane",
        "append|blob|cat|catalog|config|copy|cp|digest|export|ls|manifest|mutate|pull|push|rebase|tag|validate",
      ),
      says: "runs crane",
    },
    { run: runs("oras", "pull|push|copy|cp|attach|discover|manifest|blob|repo|tag"), says: "runs oras" },
    {
      run: runs("docker|podman|buildah", "(?:(?:image|compose) )?(?:pull|push)|manifest"),
      says: "pulls or pushes an image",
    },
    {
      run: starts("helm", (words) => words.some((word) => word.startsWith("oci://"))),
      says: "runs helm against a registry",
    },
    {
      run: runs("cosign", "attach|attest|copy|download|sign|tree|upload|verify|verify-attestation"),
      says: "runs cosign",
    },
  ],
  serve,
};

const logsIn = runs("docker|podman|buildah|skopeo|oras|helm|cosign|crane", "login|(?:registry|auth) login");

function serve(given: DockerConfigOptions, step: Surroundings): Serving | NeedsEnvMounts {
  if (given.registries === undefined) {
    throw needsOption(
      "docker-config",
      "registries",
      "options: { registries: [{ host: registry.example.com, user: ci, secret: registry-token }] }",
    );
  }
  const logins = given.registries.map(
    ({ host, secret = "registry-token", user = "x-access-token", identityToken = false }) => ({
      host,
      secret,
      user,
      identityToken,
    }),
  );
  const hosts = logins.map(({ host }) => host);
  refuseTwice("docker-config", "registry", hosts, (host) => keysOf(host)[0]!.toLowerCase());
  const folder = "/run/secrets/docker";
  const laid = layFile(step, {
    id: "docker-config",
    content: configFile(logins),
    path: ".docker/config.json",
    home: given.home,
    named: namedBy(step, "DOCKER_CONFIG", "config.json"),
    end: ".docker/config.json",
    elsewhere: { variable: "DOCKER_CONFIG", target: `${folder}/config.json`, value: folder },
  });
  if ("needs" in laid) return laid;
  const byVariable = laid.mounts.some(({ kind }) => kind === "variable");
  return {
    ...laid,
    mounts: [
      ...laid.mounts,
      ...(byVariable ? [text("docker-config-auth-file", "REGISTRY_AUTH_FILE", () => `${folder}/config.json`)] : []),
    ],
    brings: {},
    notices: [
      ...laid.notices,
      ...authFileNotices(step, laid.mounts),
      ...writeNotices(
        step,
        logsIn,
        "the step logs in to a registry by itself, which writes the file that is mounted and cannot be written to: name that registry in the options",
      ),
    ],
  };
}

/** JSON's own escapes make every value fit. */
function configFile(logins: readonly Login[]): Content {
  return {
    kind: "document",
    secrets: [...new Set(logins.map(({ secret }) => secret))],
    render: (value) => {
      const auths = logins.flatMap(({ host, secret, user, identityToken }) => {
        const word = lineOf(value(secret), secret);
        // the user of an identity token is this one by Docker's own rule (docker/cli, cli/config/types)
        const login = identityToken
          ? { auth: basicOf("00000000-0000-0000-0000-000000000000", ""), identitytoken: word }
          : { auth: basicOf(user, word) };
        return keysOf(host).map((key) => [key, login]);
      });
      return `${JSON.stringify({ auths: Object.fromEntries(auths) }, null, 2)}\n`;
    },
    forms: (value) =>
      logins.filter(({ identityToken }) => !identityToken).map(({ secret, user }) => basicOf(user, value(secret))),
  };
}

/**
 * The public registry has the URL of its first days for docker, crane, oras and helm (docker/cli, registry.IndexServer;
 * go-containerregistry, authn.DefaultAuthKey), and its own name for skopeo and its kin, too (containers-auth.json(5)).
 */
function keysOf(host: string): string[] {
  return /^(?:(?:index|registry-1)\.)?docker\.io$/i.test(host) ? ["https://index.docker.io/v1/", "docker.io"] : [host];
}

/** skopeo and its kin read it in the place of Docker's file; where that is elsewhere the recipe gives it by itself. */
function authFileNotices(step: Surroundings, mounts: readonly RecipeMount[]): string[] {
  const variable = "REGISTRY_AUTH_FILE";
  const isOurs = (path: string | null | undefined) =>
    mounts.some((mount) => mount.kind === "file" && mount.target === path);
  if (sets(step, variable)) return isOurs(step.assigned(variable)) ? [] : [ownVariable(variable)];
  const named = mounts.some(({ kind }) => kind === "variable") ? undefined : step.variable(variable);
  return named && !isOurs(named)
    ? ["the Dockerfile sets REGISTRY_AUTH_FILE, which skopeo reads in the place of Docker's file: take it out"]
    : [];
}
