import { describe, expect, test } from "vitest";
import { huggingface } from "../../../src/recipe/huggingface.ts";
import { huggingfaceOptions } from "../../../src/recipe/huggingface-options.ts";
import { filesOf, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const file = { "/run/secrets/hf-token": "(hf-token)\n" };
const path = { HF_TOKEN_PATH: "/run/secrets/hf-token" };

describe("the Hub's token", () => {
  test("is a file apart from the cache, and a variable with its path, for every user", () => {
    for (const user of ["root", "other", "unknown"] as const) {
      const serving = serve(huggingface, {}, { user });
      expect([filesOf(serving), variablesOf(serving)]).toEqual([file, path]);
    }
  });

  test("lies at its default place where variables cannot be, or that was asked for", () => {
    const at = (here: object, options = {}) => Object.keys(filesOf(serve(huggingface, options, here)));
    expect(at({ envMounts: false })).toEqual(["/root/.cache/huggingface/token"]);
    expect(at({}, { form: "files" })).toEqual(["/root/.cache/huggingface/token"]);
    expect(at({ step: { HF_HOME: "/models" } }, { form: "files" })).toEqual(["/models/token"]);
    const cached = { step: { HF_HOME: "/models" }, cache: "/models" };
    expect(at(cached, { form: "files" })).toEqual(at({}, {}));
    expect(at({ step: { HF_TOKEN_PATH: "/t" }, envMounts: false })).toEqual(["/t"]);
    for (const here of [
      { step: { HF_TOKEN_PATH: "/t" }, user: "other" },
      { step: { HF_TOKEN_PATH: "t" } },
      { step: { HF_HOME: "models" } },
    ] as const) {
      expect(at(here, { form: "files" })).toEqual(["/run/secrets/hf-token"]);
      expect(needs(huggingface, {}, { ...here, envMounts: false })).toBeDefined();
    }
    const target = "/run/secrets/hf-token";
    expect(serve(huggingface, {}, { assigned: { HF_TOKEN_PATH: target } }).notices).toEqual([]);
    expect(at({ assigned: { HF_TOKEN_PATH: "/t" }, step: { HF_TOKEN_PATH: "/b" } })).toEqual(["/b"]);
    for (const own of [
      { assigned: { HF_TOKEN_PATH: "/t" } },
      { assigned: { HF_TOKEN_PATH: null } },
      { assigned: { HF_TOKEN_PATH: "/t" }, mounts: { "/t": "x" } },
    ]) {
      for (const options of [{}, { form: "files" as const }]) {
        const { notices } = serve(huggingface, options, own);
        expect(notices).toEqual([expect.stringContaining("the step sets HF_TOKEN_PATH by itself")]);
      }
      expect(at(own)).toEqual(["/run/secrets/hf-token"]);
      expect(at(own, { form: "files" })).toEqual(["/root/.cache/huggingface/token"]);
    }
    expect(at({ user: "other" }, { form: "files" })).toEqual(["/run/secrets/hf-token"]);
    expect(needs(huggingface, {}, { user: "other", envMounts: false })).toContain("not root");
    expect(needs(huggingface, { form: "variables" }, { envMounts: false })).toContain("form: variables");
  });

  test("comes from HF_TOKEN, or by the exchange for a resource, unless another secret is named", () => {
    expect(serve(huggingface, {}).brings).toEqual({ "hf-token": { from: "env", name: "HF_TOKEN" } });
    expect(serve(huggingface, { resource: "acme/model" }).brings).toEqual({
      "hf-token": { from: "huggingface", resource: "acme/model" },
    });
    const endpoint = "https://hub.example.com";
    expect(serve(huggingface, { resource: "acme", secret: "mine", endpoint }).brings).toEqual({
      mine: { from: "huggingface", resource: "acme", endpoint },
    });
    expect(serve(huggingface, { secret: "mine" }).brings).toEqual({});
  });

  test("goes to the endpoint of the options, the Dockerfile or the host", () => {
    const endpoint = "https://hub.example.com";
    expect(variablesOf(serve(huggingface, { endpoint: `${endpoint}/` }))).toEqual({ ...path, HF_ENDPOINT: endpoint });
    expect(variablesOf(serve(huggingface, {}, { host: { HF_ENDPOINT: endpoint } }))).toHaveProperty("HF_ENDPOINT");
    expect(variablesOf(serve(huggingface, {}, { step: { HF_ENDPOINT: endpoint } }))).toEqual(path);
    expect(needs(huggingface, { endpoint }, { envMounts: false })).toContain("HF_ENDPOINT");
  });

  test("would not be read where the step has its own: said, or refused where it could only fail", () => {
    expect(serve(huggingface, {}, { step: { HF_TOKEN: "x" } }).notices.join()).toContain("before the file");
    expect(serve(huggingface, {}, { mounted: ["HUGGING_FACE_HUB_TOKEN"] }).notices).toHaveLength(1);
    for (const here of [
      { step: { HF_OIDC_RESOURCE: "a/b" } },
      { assigned: { HF_OIDC_RESOURCE: "a/b" } },
      { mounted: ["HF_OIDC_RESOURCE"] },
    ]) {
      expect(() => serve(huggingface, {}, here)).toThrow(expect.objectContaining({ code: "GRANT" }));
    }
    expect(serve(huggingface, {}, { step: { HF_OIDC_RESOURCE: "" } }).notices).toEqual([]);
  });

  test.each(["", "a\nb", "a b"])("that is no token is refused", (value) => {
    const { content } = serve(huggingface, {}).mounts[0]!;
    const write = () =>
      content.kind === "document"
        ? content.render(
            () => value,
            () => "",
          )
        : "";
    expect(write).toThrow(expect.objectContaining({ code: "SOURCE" }));
  });
});

test("the signs are the command line and the library's calls", () => {
  for (const body of [
    "hf download acme/model",
    "huggingface-cli download acme/model --local-dir /m",
    "python -c 'from huggingface_hub import snapshot_download; snapshot_download(\"a/b\")'",
    "python <<EOF\nAutoModel.from_pretrained('a/b')\nEOF",
  ]) {
    expect(signOf(huggingface as never, body)).toBeDefined();
  }
  for (const body of ["pip install huggingface_hub", "hf --help", "hf version", "rm -rf ~/.cache/huggingface"]) {
    expect(signOf(huggingface as never, body)).toBeUndefined();
  }
});

test("options that are no options are refused", () => {
  for (const wrong of [{ token: "x" }, { endpoint: "http://hub.example.com" }, { form: "env" }, { home: "x" }]) {
    expect(huggingfaceOptions.safeParse(wrong).success).toBe(false);
  }
});
