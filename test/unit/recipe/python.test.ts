import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import { pip } from "../../../src/recipe/pip.ts";
import { poetry } from "../../../src/recipe/poetry.ts";
import { poetryOptions } from "../../../src/recipe/poetry-options.ts";
import { pythonIndexOptions } from "../../../src/recipe/python-index-options.ts";
import { uv } from "../../../src/recipe/uv.ts";
import { filesOf, needs, serve, signOf, surroundings, variablesOf } from "./surroundings.ts";

const url = "https://py.example.com:8443/simple/";
const one = { indexes: [{ url }] };
const login = "machine py.example.com login __token__ password (index-password)\n";
const app = { user: "other" as const, home: "/home/app" };

describe("pip and uv", () => {
  test("get the login as a netrc file, and nothing else where the project names its index", () => {
    for (const recipe of [pip, uv]) {
      const serving = serve(recipe, one);
      expect(filesOf(serving)).toEqual({ "/root/.netrc": login });
      expect(variablesOf(serving)).toEqual({});
      expect(serving.brings).toEqual({});
    }
  });

  const mine = { indexes: [{ url, default: true, user: "ci", secret: "mine" }] };
  const index = { indexes: [{ url, default: true }] };

  test("get the index without the login, by the variable that goes before every file", () => {
    const file = { "/root/.netrc": "machine py.example.com login ci password (mine)\n" };
    for (const [recipe, variable, other] of [
      [pip, "PIP_INDEX_URL", "PIP_CONFIG_FILE"],
      [uv, "UV_DEFAULT_INDEX", "UV_NO_CONFIG"],
    ] as const) {
      for (const step of [{}, { [other]: "/etc/x" }, { [variable]: "https://other.example.com/simple" }]) {
        const serving = serve(recipe, mine, { step });
        expect([filesOf(serving), variablesOf(serving)]).toEqual([file, { [variable]: url }]);
      }
      expect(variablesOf(serve(recipe, index, app))).toEqual({ NETRC: "/run/secrets/netrc", [variable]: url });
      expect(variablesOf(serve(recipe, index, { mounted: [variable] }))).toEqual({});
    }
  });

  test("get it in a file of their own only where there are no variables and nothing in the step hides that file", () => {
    const envMounts = false;
    expect(filesOf(serve(pip, index, { envMounts }))).toEqual({
      "/root/.netrc": login,
      "/root/.config/pip/pip.conf": `[global]\nindex-url = ${url}\n`,
    });
    expect(filesOf(serve(uv, index, { envMounts }))["/root/.config/uv/uv.toml"]).toBe(
      `[[index]]\nurl = "${url}"\ndefault = true\n`,
    );
    const atXdg = filesOf(serve(pip, index, { envMounts, step: { XDG_CONFIG_HOME: "/xdg" } }));
    expect(Object.keys(atXdg)).toContain("/xdg/pip/pip.conf");
    const own = { envMounts, assigned: { XDG_CONFIG_HOME: "/xdg" } };
    expect(needs(pip, index, own)).toContain("the step sets XDG_CONFIG_HOME by itself");
    const adds = { assigned: { PIP_INDEX_URL: null }, expands: ["PIP_INDEX_URL"] };
    expect(variablesOf(serve(pip, index, adds))).toEqual({ PIP_INDEX_URL: url });
    for (const [recipe, name] of [
      [pip, "PIP_INDEX_URL"],
      [pip, "PIP_CONFIG_FILE"],
      [uv, "UV_CONFIG_FILE"],
      [uv, "UV_NO_CONFIG"],
    ] as const) {
      expect(needs(recipe, index, { envMounts, step: { [name]: "x" } })).toContain(name);
      expect(needs(recipe, one, { envMounts, step: { [name]: "x" } })).toBeUndefined();
    }
    expect(needs(pip, index, { envMounts, assigned: { PIP_CONFIG_FILE: "x" } })).toContain("PIP_CONFIG_FILE");
    expect(needs(pip, index, { ...app, envMounts })).toContain("not root");
  });

  test("share one file in one step", () => {
    const [ofPip] = serve(pip, one).mounts;
    const [ofUv] = serve(uv, one).mounts;
    expect(ofPip?.id).toBe(ofUv?.id);
  });

  test("take the index of the Dockerfile, then the host's, and never guess one", () => {
    const step = { PIP_INDEX_URL: url };
    const host = { PIP_INDEX_URL: "https://host.example.com/simple" };
    expect(filesOf(serve(pip, {}, { step, host }))).toEqual({ "/root/.netrc": login });
    expect(variablesOf(serve(pip, {}, { host }))).toEqual(host);
    expect(filesOf(serve(uv, {}, { step: { UV_INDEX_URL: url } }))).toEqual({ "/root/.netrc": login });
    for (const recipe of [pip, uv]) expect(refusal(() => serve(recipe, {})).remedy).toContain("indexes: [{ url");
  });

  test("get no login that is written into the host's URL", () => {
    const own = `u${Math.random().toString(36).slice(2)}`;
    const serving = serve(pip, {}, { host: { PIP_INDEX_URL: `https://ci:${own}@py.example.com/simple` } });
    expect(JSON.stringify([filesOf(serving), variablesOf(serving), serving.notices]).includes(own)).toBe(false);
    expect(serving.notices.join()).toContain("holds a login");
  });

  test("cannot have two logins for one host, nor two defaults", () => {
    const other = { url: "https://PY.example.com/other/", user: "ci" };
    expect(refusal(() => serve(pip, { indexes: [{ url }, other] })).message).toContain("two logins");
    const same = [{ url }, { url: "https://py.example.com/other/" }];
    expect(filesOf(serve(pip, { indexes: same }))).toEqual({ "/root/.netrc": login });
    const defaults = same.map((index) => ({ ...index, default: true }));
    expect(refusal(() => serve(uv, { indexes: defaults })).message).toContain("default");
  });

  test.each([
    [pip, "pip install -r requirements.txt"],
    [pip, "python3 -m pip install ."],
    [pip, "/venv/bin/pip3.12 --no-cache-dir install x"],
    [pip, 'sh -c "pip wheel ."'],
    [pip, "pipx install hatch"],
    [uv, "uv sync --frozen"],
    [uv, "uv --project app lock"],
    [uv, "uv pip install -r requirements.txt"],
    [uv, "pip install uv && uv sync"],
    [uv, "uvx ruff check"],
  ] as const)("of $0.name the sign is in $1", (recipe, body) => {
    expect(signOf(recipe as never, body)).toBeDefined();
  });

  test.each([
    [pip, "uv pip install -r requirements.txt"],
    [pip, "apt-get install -y python3-pip"],
    [pip, "pip install --no-index ./wheels/x.whl"],
    [pip, "pip --version"],
    [pip, "pip list"],
    [uv, "pip install uv build"],
    [uv, "uv --version"],
    [uv, "uv venv"],
    [uv, "uv cache clean"],
  ] as const)("of $0.name the sign is not in $1", (recipe, body) => {
    expect(signOf(recipe as never, body)).toBeUndefined();
  });

  test("take no options that are none", () => {
    for (const wrong of [
      { indexes: [] },
      { indexes: [{ url: "https://a:b@py.example.com" }] },
      { indexes: [{ url, user: 'a"b' }] },
      { index: url },
    ]) {
      expect(pythonIndexOptions.safeParse(wrong).success).toBe(false);
    }
  });
});

describe("Poetry", () => {
  const options = { sources: [{ name: "Acme-py" }, { name: "other", user: "ci", secret: "mine" }] };
  const auth =
    '[http-basic.Acme-py]\nusername = "__token__"\npassword = "(poetry-acme-py)"\n\n[http-basic.other]\nusername = "ci"\npassword = "(mine)"\n';

  test("gets logins by the names of its sources, from its own variables where no other secret is named", () => {
    const serving = serve(poetry, options);
    expect(filesOf(serving)).toEqual({ "/root/.config/pypoetry/auth.toml": auth });
    expect(serving.brings).toEqual({
      "poetry-acme-py": { from: "env", name: "POETRY_HTTP_BASIC_ACME_PY_PASSWORD" },
    });
    expect(refusal(() => serve(poetry, {})).code).toBe("GRANT");
  });

  test("gets them in a folder of its own where the user is not root", () => {
    const serving = serve(poetry, options, app);
    expect(variablesOf(serving)).toEqual({ POETRY_CONFIG_DIR: "/run/secrets/poetry" });
    expect(filesOf(serving)).toEqual({ "/run/secrets/poetry/auth.toml": auth });
    expect([serving.notices, serving.notes?.join()]).toEqual([[], expect.stringContaining("config.toml")]);
    expect(Object.keys(filesOf(serve(poetry, options, { step: { POETRY_CONFIG_DIR: "/p" } })))).toEqual([
      "/p/auth.toml",
    ]);
    // an image that is not seen hardly sets it, and its config.toml is read only where nothing does
    const unseen = { unknown: ["POETRY_CONFIG_DIR"] };
    expect(filesOf(serve(poetry, options, unseen))).toEqual({ "/root/.config/pypoetry/auth.toml": auth });
    expect(variablesOf(serve(poetry, options, { ...unseen, ...app }))).toHaveProperty("POETRY_CONFIG_DIR");
    const container = poetry.serve(options, { ...surroundings(app), home: undefined, container: true });
    expect("mounts" in container && Object.keys(filesOf(container))).toEqual(["/run/secrets/poetry/auth.toml"]);
  });

  test("that the step has Poetry write what it cannot is said", () => {
    const notices = (body: string, here = {}) => serve(poetry, options, { ...here, body }).notices;
    for (const login of ["http-basic.acme ci $P", "pypi-token.x y", "--unset http-basic.acme"]) {
      for (const here of [{}, app]) {
        expect(notices(`poetry config ${login} && poetry install`, here)).toEqual([
          expect.stringContaining("take `poetry config` of a login out"),
        ]);
      }
    }
    const sets = "poetry config virtualenvs.create false && poetry install";
    expect(notices(sets)).toEqual([]);
    expect(notices(sets, app)).toEqual([expect.stringContaining("POETRY_VIRTUALENVS_CREATE")]);
    for (const body of [
      "poetry config --local virtualenvs.create false",
      "poetry config virtualenvs.create true --local",
      "poetry config --list",
      "poetry config virtualenvs.path",
    ]) {
      expect(notices(`${body} && poetry install`, app)).toEqual([]);
    }
    const own = { assigned: { POETRY_CONFIG_DIR: "/tmp/p" } };
    expect(notices(`${sets} && poetry config pypi-token.x y`, own)).toEqual([
      expect.stringContaining("the step sets POETRY_CONFIG_DIR"),
    ]);
  });

  test("a password is a TOML text that says what it is, whatever it holds", () => {
    const password = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(password, (value) => {
        fc.pre(!/[\x00-\x1f\x7f\u0085\u2028\u2029]/.test(value));
        const { content } = serve(poetry, { sources: [{ name: "a" }] }).mounts[0]!;
        const text =
          content.kind === "document"
            ? content.render(
                () => value,
                () => "",
              )
            : "";
        const line = /\npassword = ("[^\n]*")\n$/.exec(text)![1]!;
        expect(line).toMatch(/^"(?:[^"\\]|\\(?:["\\bfnrt]|u[0-9a-f]{4}))*"$/);
        expect(JSON.parse(line) === value).toBe(true);
      }),
    );
  });

  test("shows its sign, and takes no options that are none", () => {
    for (const body of ["poetry install --no-root", "pipx install poetry && poetry -C app sync"]) {
      expect(signOf(poetry as never, body)).toBeDefined();
    }
    for (const body of ["pip install poetry", "poetry run pytest", "poetry build", "poetry --version"]) {
      expect(signOf(poetry as never, body)).toBeUndefined();
    }
    for (const wrong of [{ sources: [] }, { sources: [{ name: "a.b" }] }, { sources: [{ url }] }]) {
      expect(poetryOptions.safeParse(wrong).success).toBe(false);
    }
  });
});

function refusal(act: () => unknown): SealError {
  try {
    act();
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
