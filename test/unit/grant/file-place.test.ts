// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";
import { mountsOf, noticesIn, plan, refusal } from "./plan-of.ts";

const cargo: GrantEntry = { with: "cargo", options: { registries: [{ name: "acme" }] } };
const maven: GrantEntry = { with: "maven", options: { servers: [{ id: "acme" }] } };
const declared = ["cargo-token", "maven-token"];
const provider = [
  "--mount=type=secret,id=cargo-token-acme,target=/run/secrets/cargo-token-acme,required=true",
  "--mount=type=secret,id=cargo-provider-acme,env=CARGO_REGISTRIES_ACME_CREDENTIAL_PROVIDER,required=true",
];

describe("a base image that is not seen", () => {
  const text = "FROM rust\nUSER root\nRUN cargo build\n";

  test("may set a variable that names another place, so that the file is told of", async () => {
    const made = await plan(text, { grants: [cargo], declared, base: null });
    expect(mountsOf(made)).toEqual(provider);
    expect(made.steps[0]!.grants[0]!.why).toContain("not known what CARGO_HOME says");
    expect(mountsOf(await plan(text, { grants: [cargo], declared }))[0]).toContain(
      "target=/root/.cargo/credentials.toml",
    );
    const known = text.replace("USER root", "USER root\nENV CARGO_HOME=/cargo");
    expect(mountsOf(await plan(known, { grants: [cargo], declared, base: null }))[0]).toContain(
      "target=/cargo/credentials.toml",
    );
  });

  test("leaves a step as it was rewritten, in every way that there was", async () => {
    const base = ["CARGO_HOME=/usr/local/cargo"];
    const atHome = "--mount=type=secret,id=cargo-credentials,target=/root/.cargo/credentials.toml,required=true";
    for (const mounts of [provider, [atHome]]) {
      const rewritten = text.replace("RUN", `RUN ${mounts.join(" ")}`);
      const made = await plan(rewritten, { grants: [cargo], declared, base });
      expect(mountsOf(made)).toEqual(mounts.map(() => undefined));
      expect([...made.secrets.keys()]).toEqual(["cargo-token"]);
    }
    const ofOther = text.replace("USER root", "USER 1000").replace("RUN", `RUN ${atHome}`);
    const made = await plan(ofOther, { grants: [cargo], declared });
    expect(mountsOf(made)).toEqual([`${provider[0]},uid=1000`, provider[1]]);
  });
});

describe("what a step itself does to the place of a file", () => {
  const host = "h.example.com";
  const options = { hosts: [{ host, user: "ci", secret: "p" }] };
  const entries: [recipe: string, options: object, command: string][] = [
    ["maven", { servers: [{ id: "acme" }] }, "mvn package && rm -rf ~/.m2"],
    ["maven", { servers: [{ id: "acme" }] }, "cp s.xml ~/.m2/settings.xml && mvn package"],
    ["cargo", { registries: [{ name: "acme" }] }, "cargo build && rm -rf $CARGO_HOME"],
    ["gradle", { repositories: [{ name: "acme" }] }, "gradle build && rm -rf ~/.gradle"],
    ["gradle", { repositories: [{ name: "acme" }] }, "export GRADLE_USER_HOME=/g && gradle build"],
    ["nuget", { sources: [{ name: "acme" }] }, "dotnet restore && rm -rf ~/.nuget"],
    ["npm", { registries: [{ url: `https://${host}/`, secret: "p" }] }, "npm ci && rm -f ~/.npmrc"],
    ["npm", { registries: [{ url: `https://${host}/`, secret: "p" }] }, "HOME=/tmp npm ci"],
    ["npm", { registries: [{ url: `https://${host}/`, secret: "p" }] }, "NPM_CONFIG_USERCONFIG=/tmp/n npm ci"],
    ["netrc", options, "export NETRC=$(mktemp) && curl -n https://x"],
    ["netrc", options, "NETRC=/tmp/n; curl -n https://x"],
    ["ccache", { url: "https://cache.example.com" }, "CCACHE_DIR=/c ccache gcc"],
    [
      "gcp",
      { provider: "projects/1/locations/global/workloadIdentityPools/ci/providers/p" },
      "gsutil ls && rm -rf ~/.config",
    ],
    ["azure", { clientId: "c", tenantId: "t" }, "az login --federated-token x && rm -rf ~/.azure"],
    ["aws", {}, "AWS_PROFILE=dev AWS_SHARED_CREDENTIALS_FILE=/k aws s3 ls && rm -rf ~/.aws"],
  ];
  const cases = entries.flatMap(([recipe, given, command]) =>
    ["", "USER root", "USER 1000"].map((user) => ({ recipe, given, command, user })),
  );
  const askOf = (recipe: string, given: object) => ({
    grants: [{ with: recipe, options: given } as GrantEntry],
    declared: ["p", "maven-token", "cargo-token", "gradle-token", "nuget-token", "ccache-token"],
  });
  const bases = [null, [], ["CARGO_HOME=/usr/local/cargo", "GRADLE_USER_HOME=/g", "NETRC=/etc/netrc"]];

  test.each(cases)(
    "is read again as it was written: $user $recipe $command",
    async ({ recipe, given, command, user }) => {
      const ask = askOf(recipe, given);
      const text = `FROM base\n${user}\nRUN ${command}\n`;
      for (const before of bases) {
        const mounts = mountsOf(await plan(text, { ...ask, base: before }));
        expect(mounts.length).toBeGreaterThan(0);
        const rewritten = text.replace("RUN", `RUN ${mounts.join(" ")}`);
        for (const base of before === null ? bases : [before]) {
          expect(mountsOf(await plan(rewritten, { ...ask, base })).filter(Boolean)).toEqual([]);
        }
      }
    },
  );

  test("is no place for a mount, be it said for one command, unless the recipe's lies there already", async () => {
    const ask = askOf("npm", { registries: [{ url: `https://${host}/`, secret: "p" }] });
    const at = (place: string) => `--mount=type=secret,id=npm-config,target=${place},required=true`;
    for (const own of ["/dev/null", "/app/.npmrc.ci"]) {
      const text = `FROM base\nUSER root\nRUN npm_config_userconfig=${own} npm i -g x && npm ci > /dev/null\n`;
      const made = await plan(text, { ...ask, base: [] });
      expect(mountsOf(made)).toEqual([at("/root/.npmrc")]);
      expect(noticesIn(made).join()).toContain("the step sets npm_config_userconfig by itself");
    }
    const before = `FROM base\nUSER root\nRUN ${at("/app/.npmrc.ci")} NPM_CONFIG_USERCONFIG=/app/.npmrc.ci npm ci\n`;
    const again = await plan(before, { ...ask, base: [] });
    expect([mountsOf(again), noticesIn(again)]).toEqual([[undefined], []]);
  });

  test("keeps the recipe's variable where it only adds to it", async () => {
    const text = (command: string) => `FROM base\nUSER 1000\nRUN ${command}\n`;
    const adds = await plan(text('export MAVEN_ARGS="$MAVEN_ARGS -T1C" && mvn package'), {
      ...askOf("maven", { servers: [{ id: "acme" }] }),
      base: [],
    });
    expect([mountsOf(adds).length, noticesIn(adds)]).toEqual([2, []]);
    const other = await plan(text("export MAVEN_ARGS=-T1C && mvn package"), {
      ...askOf("maven", { servers: [{ id: "acme" }] }),
      base: [],
    });
    expect(noticesIn(other).join()).toContain("the step sets MAVEN_ARGS by itself");
    const falls = await plan(text("export NETRC=${NETRC:-/x} && curl -n https://x").replace("1000", "root"), {
      ...askOf("netrc", options),
      base: [],
    });
    expect([mountsOf(falls).length, noticesIn(falls)]).toEqual([2, []]);
  });

  test("is not looked at where an earlier rewrite did not", async () => {
    const ask = askOf("maven", { servers: [{ id: "acme" }] });
    const own = "--mount=type=secret,id=maven-settings,target=/root/.m2/settings.xml,required=true";
    const text = `FROM base\nUSER root\nRUN ${own} mvn package && rm -rf ~/.m2\n`;
    for (const base of bases) expect(mountsOf(await plan(text, { ...ask, base }))).toEqual([undefined]);
  });

  test("is no folder that cannot be inserted", async () => {
    const text = 'FROM base\nUSER root\nENV CARGO_HOME="/opt/my cargo"\nRUN cargo build\n';
    expect(mountsOf(await plan(text, { grants: [cargo], declared }))).toEqual(provider);
    const netrc = askOf("netrc", options);
    const relative = "FROM base\nUSER root\nENV HOME=rel\nRUN curl -n https://x\n";
    expect(mountsOf(await plan(relative, netrc))[0]).toContain("target=/run/secrets/netrc");
  });
});

test("a step that has all that it would get is held for what it is", async () => {
  const text = "FROM base\nUSER root\nRUN az login --federated-token x\n";
  const grants: GrantEntry[] = [{ with: "azure", options: { clientId: "c", tenantId: "t" } }];
  const mounts = mountsOf(await plan(text, { grants }));
  expect(mounts.at(-1)).toBe("--mount=type=tmpfs,target=/root/.azure");
  const again = await plan(text.replace("RUN", `RUN ${mounts.join(" ")}`), { grants });
  expect([mountsOf(again).filter(Boolean), noticesIn(again)]).toEqual([[], []]);
});

describe("a home folder that the options name", () => {
  const host = "h.example.com";
  const url = `https://${host}/`;
  const home = "/home/app";
  const entries: GrantEntry[] = [
    { with: "netrc", options: { home, hosts: [{ host, user: "ci", secret: "p" }] } },
    { with: "go", options: { home, hosts: [{ host, secret: "p" }] } },
    ...["pip", "uv"].map((recipe) => ({ with: recipe, options: { home, indexes: [{ url, secret: "p" }] } })),
    ...["npm", "pnpm", "yarn"].map((recipe) => ({
      with: recipe,
      options: { home, registries: [{ url, secret: "p" }] },
    })),
  ];
  const users = ["", "USER root", "USER app", "USER 1000"];
  const cases = entries.flatMap((entry) =>
    users.map((user) => ({ recipe: (entry as { with: string }).with, user, entry })),
  );

  test.each(cases)(
    "is where the file of $recipe lies, whatever an unseen image sets ($user)",
    async ({ user, entry }) => {
      const text = `FROM base\n${user}\nRUN make\n`;
      const ask = { grants: [{ ...entry, steps: { run: "make" } } as GrantEntry], declared: ["p"] };
      const mounts = mountsOf(await plan(text, { ...ask, base: null }));
      expect(mounts[0]).toMatch(/,target=\/home\/app\/\.(?:netrc|npmrc),/);
      const rewritten = text.replace("RUN", `RUN ${mounts.join(" ")}`);
      const bases = [null, [], ["NETRC=/etc/netrc", "NPM_CONFIG_USERCONFIG=/etc/npmrc"]];
      for (const base of bases) {
        expect(mountsOf(await plan(rewritten, { ...ask, base }))).toEqual(mounts.map(() => undefined));
      }
    },
  );
});

describe("a cache mount over the place of a file", () => {
  const step = (mounts: string, command: string) => `FROM base\nRUN ${mounts} ${command}\n`;

  test("would keep an empty one, so that the file lies elsewhere", async () => {
    const over = await plan(step("--mount=type=cache,target=/root/.m2", "mvn package"), { grants: [maven], declared });
    expect(mountsOf(over)).toEqual([
      "--mount=type=secret,id=maven-settings,target=/run/secrets/maven-settings.xml,required=true",
      "--mount=type=secret,id=maven-settings-path,env=MAVEN_ARGS,required=true",
    ]);
    expect(over.steps[0]!.grants[0]!.why).toContain("the step's mount at /root/.m2 would keep an empty file");
    const beside = step("--mount=type=cache,target=/root/.m2/repository", "mvn package");
    expect(mountsOf(await plan(beside, { grants: [maven], declared }))).toEqual([
      "--mount=type=secret,id=maven-settings,target=/root/.m2/settings.xml,required=true",
    ]);
  });

  test("is an error where the consumer can be told of no other place", async () => {
    const grants: GrantEntry[] = [{ with: "gradle", options: { properties: { "gpr.key": "maven-token" } } }];
    const gradle = step("--mount=type=cache,target=/root/.gradle", "gradle build");
    expect(await refusal(gradle, { grants, declared })).toContain("the step's mount at /root/.gradle would keep");
    const covered = await refusal(step("--mount=type=cache,target=/run", "mvn package"), {
      grants: [{ with: "maven", options: { servers: [{ id: "acme" }], home: "/run/me" } }],
      declared,
    });
    expect(covered).toBe(
      "GRANT: stage 0 RUN 1: mvn package (line 2) has a mount of its own at /run, in which maven-settings of recipe maven would lie: an empty file would stay there",
    );
  });

  test("is no error where the step has the very mount by itself", async () => {
    const own = "--mount=type=secret,id=maven-settings,target=/root/.m2/settings.xml,required=true";
    const both = step(`--mount=type=cache,target=/root/.m2 ${own}`, "mvn package");
    const made = await plan(both, { grants: [maven], declared });
    expect(mountsOf(made)).toEqual([undefined]);
    expect(noticesIn(made).join()).toContain("a mount of the step's own, /root/.m2, where an empty file stays");
    const alone = await plan(step(own, "mvn package"), { grants: [maven], declared });
    expect([mountsOf(alone), noticesIn(alone)]).toEqual([[undefined], []]);
  });
});
