import { describe, expect, test } from "vitest";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";
import { mountsOf, plan, refusal } from "./plan-of.ts";

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

test("a step that has all that it would get is held for what it is", async () => {
  const text = "FROM base\nUSER root\nRUN az login --federated-token x\n";
  const grants: GrantEntry[] = [{ with: "azure", options: { clientId: "c", tenantId: "t" } }];
  const mounts = mountsOf(await plan(text, { grants }));
  expect(mounts.at(-1)).toBe("--mount=type=tmpfs,target=/root/.azure");
  const again = await plan(text.replace("RUN", `RUN ${mounts.join(" ")}`), { grants });
  expect([mountsOf(again).filter(Boolean), again.notices]).toEqual([[], []]);
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
    expect(made.notices.join()).toContain("a mount of the step's own, /root/.m2, where an empty file stays");
    const alone = await plan(step(own, "mvn package"), { grants: [maven], declared });
    expect([mountsOf(alone), alone.notices]).toEqual([[undefined], []]);
  });
});
