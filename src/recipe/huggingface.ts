import { SealError } from "../error.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import { has, runs } from "./command-sign.ts";
import { asSaid, namedBy, namedByFirst, ownVariable, placeToTell } from "./home-file.ts";
import type { HuggingfaceOptions } from "./huggingface-options.ts";
import { either, writeNotices, writesTo } from "./own-writes.ts";
import { isTheirs, text } from "./placement.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
import { saidUrl } from "./registry-url.ts";
import { wordOf } from "./value.ts";

const tokenTarget = "/run/secrets/hf-token";
const defaultSecret = "hf-token";

/**
 * The Hub's libraries and command line: the token's file, and HF_TOKEN_PATH with its path. The library reads it again for
 * each request (huggingface_hub, `utils/_auth.py`). At its default place it would lie within the cache of models, which
 * is often a cache mount.
 */
export const huggingface: Recipe<HuggingfaceOptions> = {
  name: "huggingface",
  summary: "Hugging Face's Hub, by a token's file",
  optional: false,
  options: async () => (await import("./huggingface-options.ts")).huggingfaceOptions,
  readsHost: ["HF_ENDPOINT"],
  signs: [
    {
      run: runs(
        "hf|huggingface-cli",
        String.raw`download|upload|upload-large-folder|sync|repos?|repo-files|models|datasets|buckets|lfs-\S+|auth\s+whoami|whoami`,
      ),
      says: "runs the Hub's command line",
    },
    {
      run: has(/\b(?:snapshot_download|hf_hub_download|from_pretrained|load_dataset|upload_folder|push_to_hub)\b/),
      says: "asks the Hub by its Python library",
    },
  ],
  serve,
};

function serve(given: HuggingfaceOptions, step: Surroundings): Serving | NeedsEnvMounts {
  refuseOwnExchange(step);
  const secret = given.secret ?? defaultSecret;
  const content: Content = {
    kind: "document",
    secrets: [secret],
    render: (value) => `${wordOf(value(secret), secret)}\n`,
  };
  const file = (target: string): RecipeMount => ({ kind: "file", id: "hf-token-file", content, target });
  const endpoint = endpointOf(given, step);
  const rest = {
    brings: bringsOf(given, secret),
    notices: [...endpoint.notices, ...tokenNotices(step), ...loginNotices(step)],
  };

  const named = namedByFirst(step, undefined, ["HF_TOKEN_PATH"], ["HF_HOME", "token"]);
  const { place, notices } = placeToTell(
    step,
    { path: ".cache/huggingface/token", home: given.home, named },
    "hf-token-file",
    { variable: "HF_TOKEN_PATH", target: tokenTarget },
  );
  const wantsFile = given.form === "files" || (given.form === undefined && !step.envMounts);
  if (!step.envMounts && endpoint.mounts.length > 0) return { needs: "env-mounts", why: "HF_ENDPOINT is a variable" };
  const isNamed =
    "at" in place && [asSaid(namedBy(step, "HF_TOKEN_PATH")), step.variable("HF_TOKEN_PATH")].includes(place.at);
  if ("at" in place && (isNamed || wantsFile)) {
    const asked =
      given.form === "files" ? "asked for (`form: files`)" : "this builder's frontend takes no variable from a mount";
    return {
      form: "files",
      why: isNamed ? "HF_TOKEN_PATH of the step names its place" : asked,
      mounts: [file(place.at), ...endpoint.mounts],
      ...rest,
      notices: [...rest.notices, ...notices],
    };
  }
  const isSet = isTheirs(step, "HF_TOKEN_PATH", "hf-token-path");
  const unfit = wantsFile && "unfit" in place ? place.unfit : undefined;
  if (!step.envMounts) return { needs: "env-mounts", why: unfit ?? "`form: variables` was asked for" };
  return {
    form: "variables",
    why: unfit === undefined ? "the token's path, apart from the cache" : `files asked for, but ${unfit}`,
    mounts: [
      file(tokenTarget),
      ...(isSet ? [] : [text("hf-token-path", "HF_TOKEN_PATH", () => tokenTarget)]),
      ...endpoint.mounts,
    ],
    ...rest,
    notices: [...rest.notices, ...(isSet && asSaid(named) !== tokenTarget ? [ownVariable("HF_TOKEN_PATH")] : [])],
  };
}

function bringsOf({ resource, endpoint }: HuggingfaceOptions, secret: string): Record<string, SourceConfig> {
  if (resource === undefined) return secret === defaultSecret ? { [secret]: { from: "env", name: "HF_TOKEN" } } : {};
  return { [secret]: { from: "huggingface", resource, ...(endpoint === undefined ? {} : { endpoint }) } };
}

function endpointOf(
  given: HuggingfaceOptions,
  step: Surroundings,
): { readonly mounts: readonly RecipeMount[]; readonly notices: readonly string[] } {
  const url = given.endpoint;
  const { said, notices } =
    url === undefined ? saidUrl(step, ["HF_ENDPOINT"]) : { said: { url, by: "host" as const }, notices: [] };
  if (said === undefined || said.by === "step" || isTheirs(step, "HF_ENDPOINT", "hf-endpoint"))
    return { mounts: [], notices };
  // the library puts a slash behind it
  const bare = said.url.replace(/\/+$/, "");
  return { mounts: [text("hf-endpoint", "HF_ENDPOINT", () => bare)], notices };
}

/** The library would exchange a token by itself, before it looks for a file, and there is no identity in the step. */
function refuseOwnExchange(step: Surroundings): void {
  const isSet =
    step.variable("HF_OIDC_RESOURCE") || step.assigned("HF_OIDC_RESOURCE") || step.mounted("HF_OIDC_RESOURCE");
  if (!isSet) return;
  throw new SealError(
    "GRANT",
    "recipe huggingface: HF_OIDC_RESOURCE is set in the step, so the Hub's library asks for a token by itself there, and fails",
    "Take it out of the Dockerfile, and set `options: { resource: … }`",
  );
}

function tokenNotices(step: Surroundings): string[] {
  return ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]
    .filter((name) => step.variable(name) || step.assigned(name) || step.mounted(name) !== undefined)
    .map((name) => `the step has ${name} already, which goes before the file: take it out`);
}

const writesToken = either(runs("hf|huggingface-cli", "(?:auth )?log(?:in|out)"), writesTo("huggingface/token"));

function loginNotices(step: Surroundings): string[] {
  const notice =
    "the step writes the token's file, as logging in to the Hub does: it is mounted, and cannot be written to";
  return writeNotices(step, writesToken, notice);
}
