import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { git } from "../../../src/recipe/git.ts";
import { gitOptions } from "../../../src/recipe/git-options.ts";
import { basicOf } from "../../../src/recipe/value.ts";
import { formsOf, rendered } from "./rendered.ts";
import { filesOf, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const hosts = [{ host: "git.example.com" }];
const config = "/run/secrets/git-config";
const xdg = "/root/.config/git/config";

describe("by variables", () => {
  test("they add one file to the configuration, for every user", () => {
    for (const user of ["root", "other", "unknown"] as const) {
      expect(variablesOf(serve(git, { hosts }, { user }))).toEqual({
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "include.path",
        GIT_CONFIG_VALUE_0: config,
        GIT_TERMINAL_PROMPT: "0",
      });
    }
  });

  test("the file takes other helpers away and names its own, and nothing in it is secret", () => {
    const serving = serve(git, { hosts });
    const file = filesOf(serving)[config]!;
    expect(file.split("\n").slice(0, 2)).toEqual(['[credential "https://git.example.com"]', "\thelper ="]);
    expect(file).toContain("/run/secrets/git-credentials");
    expect(serving.mounts.find(({ id }) => id === "git-config")?.content.kind).toBe("text");
  });

  test("entries that the Dockerfile has stay, and what the step sets is told", () => {
    const variables = variablesOf(serve(git, { hosts }, { step: { GIT_CONFIG_COUNT: "2" } }));
    expect(variables).toMatchObject({ GIT_CONFIG_COUNT: "3", GIT_CONFIG_KEY_2: "include.path" });
    expect(serve(git, { hosts }, { assigned: { GIT_CONFIG_COUNT: "1" } }).notices.join()).toContain("GIT_CONFIG_COUNT");
    expect(variablesOf(serve(git, { hosts }, { assigned: { GIT_TERMINAL_PROMPT: "1" } }))).not.toHaveProperty(
      "GIT_TERMINAL_PROMPT",
    );
  });

  test("Cargo's one is there where it is asked for, and ssh addresses are turned", () => {
    const serving = serve(git, { hosts: [{ host: "git.example.com:8443" }], cargo: true, fromSsh: true });
    expect(variablesOf(serving)).toHaveProperty("CARGO_NET_GIT_FETCH_WITH_CLI", "true");
    expect(filesOf(serving)[config]).toContain(
      '[url "https://git.example.com:8443/"]\n\tinsteadOf = git@git.example.com:\n\tinsteadOf = ssh://git@git.example.com/\n',
    );
  });
});

describe("as files", () => {
  test("is asked for, or what an old frontend gets, beside ~/.gitconfig", () => {
    for (const serving of [serve(git, { hosts, form: "files" }), serve(git, { hosts }, { envMounts: false })]) {
      expect(variablesOf(serving)).toEqual({});
      expect(Object.keys(filesOf(serving))).toEqual(["/run/secrets/git-credentials", xdg]);
    }
    const step = { XDG_CONFIG_HOME: "/xdg" };
    expect(filesOf(serve(git, { hosts, form: "files" }, { step }))).toHaveProperty(["/xdg/git/config"]);
  });

  test("cannot be for a user who is not root", () => {
    expect(needs(git, { hosts }, { user: "other", envMounts: false })).toContain("not root");
    expect(serve(git, { hosts, form: "files" }, { user: "other" }).form).toBe("variables");
    expect(needs(git, { hosts, form: "variables" }, { envMounts: false })).toContain("form: variables");
  });
});

describe("the server", () => {
  const originIn = (host: Record<string, string>) => /"([^"]*)"/.exec(filesOf(serve(git, {}, { host }))[config]!)![1];

  test("is the job's own where none is given, by its host alone", () => {
    expect(originIn({})).toBe("https://github.com");
    expect(originIn({ GITHUB_SERVER_URL: "https://git.acme.example.com/" })).toBe("https://git.acme.example.com");
    expect(originIn({ CI_SERVER_URL: "https://lab.example.com:8443" })).toBe("https://lab.example.com:8443");
    expect(originIn({ CI_SERVER_URL: "https://Example.com:443/gitlab/" })).toBe("https://example.com");
  });

  test.each(['https://a"\n[x]', "lab.example.com", "ssh://lab.example.com", "https://[::1]/"])(
    "is never another one where the platform says what cannot be read (%j)",
    (url) => {
      for (const name of ["GITHUB_SERVER_URL", "CI_SERVER_URL"]) {
        expect(() => originIn({ [name]: url })).toThrow(`recipe git: ${name} of the host is not the URL of a server`);
        expect(() => serve(git, { hosts }, { host: { [name]: url } })).toThrow(name);
        expect(serve(git, { hosts: [{ ...hosts[0]!, secret: "mine" }] }, { host: { [name]: url } }).brings).toEqual({});
      }
    },
  );

  test("stands once, however it is written", () => {
    const twice = { hosts: [{ host: "git.example.com" }, { host: "https://GIT.example.com:443/", secret: "other" }] };
    expect(() => serve(git, twice)).toThrow("recipe git: the host https://GIT.example.com:443 stands twice");
  });

  test("is told of where the token would go in the clear", () => {
    expect(serve(git, { hosts: [{ host: "http://git.example.com" }] }).notices.join()).toContain("is not encrypted");
    expect(serve(git, { hosts: [{ host: "http://127.0.0.1:3000" }] }).notices).toEqual([]);
  });
});

describe("the job's own token", () => {
  const lab = { CI_SERVER_URL: "https://example.com/gitlab", CI_JOB_TOKEN: "x" };
  const ownHub = { GITHUB_SERVER_URL: "https://hub.example.com" };
  const at = (host: Record<string, string>, ...names: string[]) => {
    const serving = serve(git, names.length === 0 ? {} : { hosts: names.map((name) => ({ host: name })) }, { host });
    const users = rendered(serving, "git-credentials", "v").matchAll(/username=(.*)/g);
    const source = serving.brings["git-token"];
    return [source?.from === "env" ? source.name : source, ...[...users].map(([, user]) => user)];
  };

  test("is GitLab's for the server of the job alone, as the user that it is for", () => {
    expect(at(lab)).toEqual(["CI_JOB_TOKEN", "gitlab-ci-token"]);
    expect(at(lab, "example.com")).toEqual(["CI_JOB_TOKEN", "gitlab-ci-token"]);
    expect(at(lab, "http://example.com")).toEqual([undefined, "x-access-token"]);
    expect(at(lab, "lab.example.com")).toEqual([undefined, "x-access-token"]);
    expect(at(lab, "github.com")).toEqual(["GH_TOKEN", "x-access-token"]);
    expect(at({ ...lab, GH_TOKEN: "y" }, "example.com")).toEqual(["CI_JOB_TOKEN", "gitlab-ci-token"]);
  });

  test("is GitHub's for GitHub or the job's own GitHub server alone", () => {
    expect(at({})).toEqual(["GH_TOKEN", "x-access-token"]);
    expect(at({ GITHUB_TOKEN: "x" })).toEqual(["GITHUB_TOKEN", "x-access-token"]);
    expect(at({ GITHUB_TOKEN: "x", GH_TOKEN: "y" })).toEqual(["GH_TOKEN", "x-access-token"]);
    expect(at({ GH_TOKEN: "x" }, "git.example.com")).toEqual([undefined, "x-access-token"]);
    expect(at({ ...ownHub, GH_TOKEN: "x" })).toEqual(["GH_TOKEN", "x-access-token"]);
    expect(at({ ...ownHub, GH_TOKEN: "x" }, "github.com")).toEqual([undefined, "x-access-token"]);
  });

  test("is one for each where an enterprise server's job has two", () => {
    const both = { ...ownHub, GH_TOKEN: "x", GH_ENTERPRISE_TOKEN: "y" };
    expect(at(both)).toEqual(["GH_ENTERPRISE_TOKEN", "x-access-token"]);
    expect(at(both, "github.com")).toEqual(["GH_TOKEN", "x-access-token"]);
  });

  test("is none for servers that have different ones, or where the secret has another name", () => {
    expect(at({ ...lab, GH_TOKEN: "y" }, "example.com", "github.com")).toEqual([
      undefined,
      "gitlab-ci-token",
      "x-access-token",
    ]);
    expect(serve(git, { hosts: [{ host: "github.com", secret: "mine" }] }).brings).toEqual({});
  });
});

describe("the credentials", () => {
  test("are one answer for each host, also in the form in which Git sends them", () => {
    const two = [...hosts, { host: "b.example.com", user: "ci", secret: "other" }];
    const serving = serve(git, { hosts: two });
    expect(filesOf(serving)["/run/secrets/git-credentials"]).toBe(
      [
        "https://git.example.com username=x-access-token",
        "https://git.example.com password=(git-token)",
        "https://b.example.com username=ci",
        "https://b.example.com password=(other)",
        "",
      ].join("\n"),
    );
    expect(formsOf(serving, "git-credentials", "v")).toEqual([basicOf("x-access-token", "v"), basicOf("ci", "v")]);
  });

  test("hold any value of one line as it is, and refuse every other without showing it", () => {
    const serving = serve(git, { hosts });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (value) => {
        if (/[\x00-\x1f\x7f\x85\u2028\u2029]/.test(value)) {
          expect(() => rendered(serving, "git-credentials", value)).toThrow(/^Secret git-token has a line break/);
        } else {
          const lines = rendered(serving, "git-credentials", value).split("\n");
          expect(lines).toHaveLength(3);
          expect(lines[1]).toBe(`https://git.example.com password=${value}`);
        }
      }),
    );
    expect(() => rendered(serving, "git-credentials", "")).toThrow("Secret git-token is empty");
  });
});

describe("the signs", () => {
  test.each([
    "git clone https://github.com/acme/lib",
    "cd /x && git -C lib fetch --tags",
    "git submodule update --init --recursive",
    '["git", "clone", "https://github.com/acme/lib"]',
    "git lfs pull",
    "pip install git+https://github.com/acme/lib",
  ])("%j is chosen", (body) => {
    expect(signOf(git as never, body)).toBeDefined();
  });

  test.each([
    "git config --global user.name clone",
    "apt-get install -y git curl",
    "git clone git@github.com:acme/lib",
    "git commit -m 'fetch this'",
    "git submodule status",
    "go build ./...",
  ])("%j is not", (body) => {
    expect(signOf(git as never, body)).toBeUndefined();
  });

  test("Go is where modules are private", () => {
    expect(signOf(git as never, "go build ./...", { GOPRIVATE: "example.com" })).toContain("GOPRIVATE");
  });
});

test("options that are none are refused", () => {
  const wrong = [
    { host: "https://u:p@example.com" },
    { host: 'a"b' },
    { host: "a", user: "a:b" },
    { host: "a", secret: "" },
  ];
  for (const one of wrong) expect(gitOptions.safeParse({ hosts: [one] }).success).toBe(false);
  for (const one of [{ hosts: [] }, { form: "file" }, { home: "root" }, { x: 1 }]) {
    expect(gitOptions.safeParse(one).success).toBe(false);
  }
});
