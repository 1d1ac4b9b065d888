import { SealError } from "../error.ts";
import type { BazelOptions } from "./bazel-options.ts";
import { runs, type Shows, starts } from "./command-sign.ts";
import { placeInHome, placeOf } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import { clearNotices } from "./origin.ts";
import { doesWrite } from "./own-writes.ts";
import type { Content, NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import { basicOf, headerOf, wordOf } from "./value.ts";

/**
 * Bazel with a remote cache or executor, by ~/.bazelrc; for a step that is not root's by the system's own rc file, as no
 * variable names one.
 */
export const bazel: Recipe<BazelOptions> = {
  name: "bazel",
  summary: "Bazel with a remote cache or executor",
  optional: true,
  options: async () => (await import("./bazel-options.ts")).bazelOptions,
  readsHost: [],
  signs: [
    {
      run: runs("bazel|bazelisk|bazelw", "build|test|run|coverage|fetch|sync|mod|cquery|aquery"),
      says: "runs Bazel",
    },
  ],
  serve,
};

function serve(given: BazelOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { cache, executor } = given;
  if (cache === undefined && executor === undefined) {
    throw needsOption("bazel", "cache", "options: { cache: https://cache.example.com, secret: bazel-token }");
  }
  if (step.container) {
    throw new SealError(
      "GRANT",
      "recipe bazel: Bazel reads its rc file in the home folder or /etc alone, and a container gets files under /run/secrets",
      "Grant the secret itself (`secret: …, container: true`), and name a file with `bazel --bazelrc=` in the container",
    );
  }
  const place = placeOf(step, { home: given.home, path: ".bazelrc", end: ".bazelrc" });
  return {
    form: "files",
    why:
      "at" in place
        ? "Bazel reads it without any variable"
        : `the system's own, which Bazel reads for every user, for ${place.unfit}`,
    mounts: [
      {
        kind: "file",
        id: "bazel-rc",
        target: "at" in place ? place.at : "/etc/bazel.bazelrc",
        content: rcFile(given),
      },
    ],
    brings: {},
    notices: [
      ...clearNotices([cache, executor].flatMap((url) => url?.replace(/^grpc:/, "http:") ?? [])),
      ...outputNotices(given, step),
    ],
  };
}

/** Tried: java.log of 4.2 has the whole command line. */
function outputNotices({ home }: BazelOptions, step: Surroundings): string[] {
  const folder = namedOutput(step) ?? placeInHome(step, { home, path: ".cache/bazel", ofMemory: true });
  const output = folder ?? "~/.cache/bazel";
  if (step.isInMemory?.(output) || doesWrite(step, removes(output))) return [];
  return [
    `Bazel writes its options, and so the token, into its output base: put a tmpfs mount over it (\`--mount=type=tmpfs,target=${folder ?? "…"}\`), or remove it in the same step`,
  ];
}

/** Where a startup option of the step's says that it is. */
function namedOutput(step: Surroundings): string | undefined {
  return /--output_(?:user_root|base)[= ]["']?(\/[^\s"';&|]+)/.exec(step.ran?.().text ?? "")?.[1];
}

/** Whether it is removed, or a folder that it lies in. */
function removes(output: string): Shows {
  const isOver = (word: string): boolean =>
    `${output}/`.startsWith(`${word.replace(/\/+$/, "")}/`) ||
    (output.endsWith("/.cache/bazel") && /\/\.cache(?:\/bazel)?\/?$/.test(word));
  return starts("rm", (words) => words.some((word) => /^-[a-z]*r/i.test(word)) && words.some(isOver));
}

/** https://bazel.build/run/bazelrc; `build` holds for test, run and coverage too. */
function rcFile({ cache, executor, secret = "bazel-token", user, header, mode }: BazelOptions): Content {
  return {
    kind: "document",
    secrets: [secret],
    render: (value) => {
      const text = value(secret);
      const word = () => wordOf(text, secret);
      const login = () => (user === undefined ? `Bearer ${word()}` : `Basic ${basicOf(user, word())}`);
      const sent = header === undefined ? `Authorization=${login()}` : `${header}=${headerOf(text, secret)}`;
      return [
        ...(cache === undefined ? [] : [`build --remote_cache=${cache}`]),
        ...(executor === undefined ? [] : [`build --remote_executor=${executor}`]),
        ...headersFor(cache, executor).map((option) => `build ${quoted(`--${option}=${sent}`)}`),
        ...(mode === "read-only" ? ["build --noremote_upload_local_results"] : []),
        "",
      ].join("\n");
    },
    forms: (value) => (user === undefined ? [] : [basicOf(user, value(secret))]),
  };
}

/**
 * A cache and an executor are sent their own headers, which no other server that the checkout names is sent; but an HTTP
 * cache reads those for all servers alone (src/main/java/…/remote/RemoteCacheClientFactory.java, `createHttp`).
 */
function headersFor(cache: string | undefined, executor: string | undefined): string[] {
  if (cache?.startsWith("http")) return ["remote_header"];
  return [
    ...(cache === undefined ? [] : ["remote_cache_header"]),
    ...(executor === undefined ? [] : ["remote_exec_header"]),
  ];
}

/** One word for Bazel's reader of rc files (src/main/cpp/util/strings.cc, `GetNextToken`): a backslash escapes, in quotes too. */
function quoted(word: string): string {
  return `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
