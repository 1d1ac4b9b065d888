import { describe, expect, test } from "vitest";
import { planGrants } from "../../../src/grant/plan.ts";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { stepsIn } from "./dockerfile-step.ts";
import { type Ask, mountsOf, noticesIn, plan, refusal } from "./plan-of.ts";

const cargo =
  "FROM base\nENV RUSTC_WRAPPER=sccache\nRUN cargo install sccache\nRUN cargo build --release\nRUN echo done\n";
const bucket = { SCCACHE_BUCKET: "cache", SCCACHE_REGION: "us-west-2" };

describe("sccache by its own signs", () => {
  test("hits the step that compiles, and not the ones that do not", async () => {
    const made = await plan(cargo, { with: ["sccache"], host: bucket });
    expect(made.steps.map(({ step }) => step.line)).toEqual([3, 4]);
    expect(made.steps[1]!.grants[0]).toMatchObject({
      what: "recipe sccache",
      origin: "--seal-with",
      chosen: "compiles Rust, and RUSTC_WRAPPER is sccache",
      form: "variables",
    });
  });

  test("gives web identity by variables that hold no secret, and the settings as a file", async () => {
    const made = await plan("FROM base\nRUN sccache --show-stats\n", { with: ["sccache"], host: bucket });
    expect(mountsOf(made)).toEqual([
      "--mount=type=secret,id=aws-identity-token,target=/run/secrets/aws-identity-token,required=true",
      "--mount=type=secret,id=aws-identity-token-file,env=AWS_WEB_IDENTITY_TOKEN_FILE,required=true",
      "--mount=type=secret,id=aws-identity-role-arn,env=AWS_ROLE_ARN,required=true",
      "--mount=type=secret,id=aws-identity-sts,env=AWS_STS_REGIONAL_ENDPOINTS,required=true",
      "--mount=type=secret,id=aws-identity-region,env=AWS_REGION,required=true",
      "--mount=type=secret,id=sccache-config,target=/root/.config/sccache/config,required=true",
    ]);
    expect(made.secrets.get("aws-identity")).toMatchObject({ optional: true });
  });

  test("gives no variable at all with `form: files`", async () => {
    const made = await plan("FROM base\nRUN sccache -s\n", {
      grants: [{ with: "sccache", options: { bucket: "cache", region: "us-west-2", form: "files" } }],
    });
    expect(mountsOf(made).filter((text) => text?.includes("env="))).toEqual([]);
    expect(made.steps[0]!.grants[0]!.why).toBe("asked for (`form: files`)");
  });

  test("takes files where the frontend takes no variable from a mount", async () => {
    const made = await plan("FROM base\nRUN sccache -s\n", { with: ["sccache"], host: bucket, envMounts: false });
    expect(made.needsEnvMounts).toBeUndefined();
    expect(made.steps[0]!.grants[0]!.form).toBe("files");
  });

  test("asks for a newer frontend where files cannot be", async () => {
    const made = await plan("FROM base\nUSER 1000\nRUN sccache -s\n", {
      with: ["sccache"],
      host: bucket,
      envMounts: false,
    });
    expect(made.needsEnvMounts).toContain("the step's user is not root");
  });

  test("gives a user who is not root mounts that he can read", async () => {
    const numeric = await plan("FROM base\nUSER 1000\nRUN sccache -s\n", { with: ["sccache"], host: bucket });
    expect(mountsOf(numeric)[0]).toMatch(/,required=true,uid=1000$/);
    const named = await plan("FROM base\nUSER app\nRUN sccache -s\n", { with: ["sccache"], host: bucket });
    expect(mountsOf(named)[0]).toMatch(/,required=true,mode=0444$/);
    expect(mountsOf(named)).toContain("--mount=type=secret,id=sccache-config-path,env=SCCACHE_CONF,required=true");
  });

  test("says so when no bucket is known, for sccache would be silent", async () => {
    const made = await plan("FROM base\nRUN sccache -s\n", { with: ["sccache"] });
    expect(noticesIn(made).join()).toContain("silently use the local disk");
  });

  test.each([
    "SCCACHE_BUCKET=b SCCACHE_REGION=us-west-2 RUSTC_WRAPPER=sccache cargo build",
    "export SCCACHE_BUCKET=b SCCACHE_REGION=us-west-2 && RUSTC_WRAPPER=sccache cargo build",
    "env SCCACHE_BUCKET=b SCCACHE_REGION=us-west-2 RUSTC_WRAPPER=sccache cargo build",
    '["env", "SCCACHE_BUCKET=b", "SCCACHE_REGION=us-west-2", "RUSTC_WRAPPER=sccache", "cargo", "build"]',
    "<<E\nexport SCCACHE_BUCKET=b SCCACHE_REGION=us-west-2\nRUSTC_WRAPPER=sccache cargo build\nE",
  ])("leaves to the step the bucket that it sets itself: RUN %s", async (run) => {
    const made = await plan(`FROM base\nRUN ${run}\n`, { with: ["sccache"], host: { SCCACHE_BUCKET: "cache" } });
    expect(noticesIn(made)).toEqual([]);
    expect([...made.contents.keys()].filter((id) => id.startsWith("sccache-"))).toEqual([]);
    expect([...made.contents.keys()]).toContain("aws-identity-token");
  });

  test("does not take a variable of the shell alone for one that sccache sees", async () => {
    const made = await plan("FROM base\nRUN SCCACHE_BUCKET=b; sccache -s\n", { with: ["sccache"] });
    expect(noticesIn(made).join()).toContain("no bucket is known");
  });

  test("adds what is missing as variables where the Dockerfile itself sets the bucket", async () => {
    const text = "FROM base\nENV SCCACHE_BUCKET=mine\nRUN sccache -s\n";
    const made = await plan(text, { with: ["sccache"], host: { AWS_REGION: "eu-central-1" } });
    expect(mountsOf(made)).toContain("--mount=type=secret,id=sccache-region,env=SCCACHE_REGION,required=true");
    expect(mountsOf(made).some((mount) => mount?.includes("sccache-config"))).toBe(false);
  });

  test("two steps with other settings get other ids", async () => {
    const text = "FROM base AS a\nENV SCCACHE_S3_KEY_PREFIX=a\nRUN sccache -s\nFROM base\nRUN sccache -s\n";
    const made = await plan(text, { with: ["sccache"], host: bucket });
    const ids = made.steps.map(({ grants }) => grants[0]!.mounts.at(-1)!.id);
    expect(ids).toEqual(["sccache-config", "sccache-config-2"]);
  });
});

describe("selection", () => {
  test("a recipe that hits nothing is an error with a way out", async () => {
    expect(await refusal("FROM base\nRUN make\n", { with: ["sccache"] })).toContain("hits no step");
  });

  test("a selector that hits nothing is an error, unless that is meant", async () => {
    const grant = { with: "aws", steps: { stage: "nowhere" } };
    expect(await refusal("FROM base\nRUN make\n", { grants: [grant] })).toContain("stage nowhere");
    expect((await plan("FROM base\nRUN make\n", { grants: [{ ...grant, allowNone: true }] })).steps).toEqual([]);
  });

  test("stage, text and index must all hold", async () => {
    const text = "FROM base AS one\nRUN make a\nFROM base AS two\nRUN make a\nRUN make b\nRUN make a\n";
    const made = await plan(text, { grants: [{ with: "aws", steps: { stage: "t*", run: "make a", index: 3 } }] });
    expect(made.steps.map(({ step }) => step.line)).toEqual([6]);
  });

  test("a comment above the step grants it", async () => {
    const text = "FROM base\n# buildseal: secret=token,file=TOKEN_FILE\nRUN fetch\n";
    expect(mountsOf(await plan(text, { declared: ["token"] }))).toEqual([
      "--mount=type=secret,id=token,target=/run/secrets/token,required=true",
      "--mount=type=secret,id=token-path,env=TOKEN_FILE,required=true",
    ]);
  });

  test("a comment gives its step the options of the grant without steps, which then hits something", async () => {
    const options = { indexes: [{ url: "https://py.example.com/simple/", secret: "sa" }] };
    const text = "FROM base\n# buildseal: with=pip\nRUN ./install.sh\n";
    const made = await plan(text, { grants: [{ with: "pip", options }], declared: ["sa"] });
    expect(made.steps.map(({ step }) => step.line)).toEqual([3]);
    expect([...made.secrets.keys()]).toEqual(["sa"]);
    const stale = { with: "pip", options, steps: { run: "pip install" } };
    expect(await refusal(text, { grants: [stale], declared: ["sa"] })).toContain("hits no step");
    expect(await refusal(text, { grants: [{ with: "uv", options }], declared: ["sa"] })).toContain("recipe uv hits no");
  });

  test("a comment does not choose among grants with different options", async () => {
    const git = (name: string) => ({
      with: "git",
      options: { hosts: [{ host: `${name}.example.com`, secret: `s${name}` }] },
      steps: { run: name },
    });
    const text = "FROM base\nRUN git clone a\nRUN git clone b\n# buildseal: with=git\nRUN ./fetch.sh\n";
    const declared = ["sa", "sb"];
    expect(await refusal(text, { grants: [git("a"), git("b")], declared })).toBe(
      "GRANT: Dockerfile:4: recipe git is granted with different options, and a comment cannot say which are meant",
    );
    const twice = [git("a"), { ...git("a"), steps: { run: "b" } }];
    expect((await plan(text, { grants: twice, declared })).steps.map(({ step }) => step.line)).toEqual([2, 3, 5]);
  });

  test("a comment that cannot be understood is an error with its line", async () => {
    expect(await refusal("FROM base\n# buildseal: wiht=aws\nRUN make\n", {})).toContain("Dockerfile:2");
  });

  test("a secret that nobody declared is an error", async () => {
    expect(await refusal("FROM base\n# buildseal: secret=token\nRUN make\n", {})).toContain(
      "there is no secret `token`",
    );
  });

  test("a step that the target does not need gets its mount, and nothing is minted for it", async () => {
    const text = "FROM base AS other\nRUN aws s3 ls\nFROM base\nRUN make\n";
    const made = await plan(text, { with: ["aws"], reached: () => false });
    expect(made.steps).toHaveLength(1);
    expect(made.secrets.size).toBe(0);
    expect(made.contents.size).toBe(0);
  });
});

describe("mounts that are there already", () => {
  test("the very same mount is recognised and not doubled", async () => {
    const text = "FROM base\nRUN --mount=type=secret,id=token,env=TOKEN make\n";
    const made = await plan(text, {
      declared: ["token"],
      grants: [{ secret: "token", steps: { run: "make" }, as: { env: "TOKEN" } }],
    });
    expect(mountsOf(made)).toEqual([undefined]);
  });

  test("another mount under the id, or another secret at the place, is an error", async () => {
    const grant: GrantEntry = { secret: "token", steps: { run: "make" }, as: { target: "/t" } };
    const ask = { declared: ["token"], grants: [grant] };
    expect(await refusal("FROM base\nRUN --mount=type=secret,id=token,target=/x make\n", ask)).toContain("GRANT");
    expect(await refusal("FROM base\nRUN --mount=type=cache,target=/t make\n", ask)).toContain("GRANT");
  });

  test("a declared secret that is mounted by hand is shown as such", async () => {
    const made = await plan("FROM base\nRUN --mount=type=secret,id=token make\n", { declared: ["token"] });
    expect(made.steps[0]!.grants[0]).toMatchObject({ chosen: "mounted by hand", mounts: [{ id: "token" }] });
    expect([...made.secrets.keys()]).toEqual(["token"]);
  });
});

describe("the policy", () => {
  const only = (grants: object[]) => [{ path: "/etc/policy.yaml", file: { version: 1 as const, grants } }];

  test("refuses a secret to a step that it does not list", async () => {
    const ask = { declared: ["token"], policy: only([{ secret: "token", stages: ["fetch"] }]) };
    const text = "FROM base AS build\n# buildseal: secret=token\nRUN make\n";
    expect(await refusal(text, ask)).toContain("/etc/policy.yaml: secret token may not go to");
    expect((await plan(text.replace("AS build", "AS fetch"), ask)).steps).toHaveLength(1);
  });

  test("holds for a mount that was written by hand too", async () => {
    const ask = { declared: ["token"], policy: only([]) };
    expect(await refusal("FROM base\nRUN --mount=type=secret,id=token make\n", ask)).toContain("POLICY");
  });
});

describe("grants that meet at one step", () => {
  const two = (first: object, second: object): Ask => ({
    declared: ["a", "b"],
    grants: [
      { secret: "a", steps: { run: "make" }, as: first },
      { secret: "b", steps: { run: "make" }, as: second },
    ] as GrantEntry[],
  });

  test("two secrets as one variable, or at one path, are an error", async () => {
    expect(await refusal("FROM base\nRUN make\n", two({ env: "TOKEN" }, { env: "TOKEN" }))).toContain(
      "at one place, TOKEN",
    );
    expect(await refusal("FROM base\nRUN make\n", two({ target: "/t" }, { target: "//t/" }))).toContain("a and b");
  });

  test("both of which cover a place cover it once", async () => {
    const aws = { with: "aws", options: { credentials: "web-identity", region: "us-west-2" } };
    const grants = [aws, { ...aws, steps: { run: "ls" } }] as GrantEntry[];
    const texts = mountsOf(await plan("FROM base\nRUN aws s3 ls\n", { grants })).filter((text) =>
      text?.includes("tmpfs"),
    );
    expect(texts).toEqual(["--mount=type=tmpfs,target=/root/.aws/cli/cache"]);
  });

  test("one secret at two places gets a mount for each", async () => {
    const grants: GrantEntry[] = [
      { secret: "a", steps: { run: "make" }, as: { env: "TOKEN" } },
      { secret: "a", steps: { run: "make" }, as: { file: "TOKEN_FILE" } },
    ];
    expect(mountsOf(await plan("FROM base\nRUN make\n", { declared: ["a"], grants }))).toEqual([
      "--mount=type=secret,id=a,env=TOKEN,required=true",
      "--mount=type=secret,id=a,target=/run/secrets/a,required=true",
      "--mount=type=secret,id=a-path,env=TOKEN_FILE,required=true",
    ]);
  });

  test("the same grant by file and by comment is one", async () => {
    const text = "FROM base\n# buildseal: with=sccache\nRUN sccache -s\n";
    const grants = [{ with: "sccache", options: { bucket: "other-cache", region: "us-west-2" } }];
    const made = await plan(text, { grants, host: bucket });
    const [byFile, byComment] = made.steps[0]!.grants;
    expect(byFile!.mounts.map(({ text }) => text)).not.toContain(undefined);
    expect(byComment!.mounts.map(({ text }) => text)).toEqual(byFile!.mounts.map(() => undefined));
    expect(byComment!.mounts.map(({ id }) => id)).toEqual(byFile!.mounts.map(({ id }) => id));
  });

  test("two recipes that would put other profiles at one place are an error", async () => {
    const grants = [
      { with: "sccache", options: { bucket: "cache", region: "us-west-2", form: "files" } },
      { with: "aws", options: { credentials: "web-identity", region: "eu-west-1" }, steps: { run: "sccache" } },
    ];
    expect(await refusal("FROM base\nRUN sccache -s\n", { grants })).toContain("/root/.aws/config");
  });

  test("two recipes that say the same of one variable share its mount", async () => {
    const host = {
      ...bucket,
      AWS_REGION: "us-west-2",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
    };
    for (const names of ["sccache+aws", "aws+sccache"]) {
      const text = `FROM base\n# buildseal: with=${names}\nRUN sccache -s && aws s3 ls\n`;
      const made = await plan(text, { host });
      const regions = made.steps[0]!.grants.flatMap(({ mounts }) =>
        mounts.filter(({ shows }) => shows === "AWS_REGION"),
      );
      expect(regions).toHaveLength(2);
      expect(new Set(regions.map(({ id }) => id)).size).toBe(1);
      expect(regions.map(({ text }) => text === undefined)).toEqual([false, true]);
      expect([...made.contents.keys()].filter((id) => /(?<!default)-region$/.test(id))).toHaveLength(1);
      const elsewhere = [{ with: "aws", options: { region: "eu-west-1" }, allowNone: true }];
      const said = await refusal(text, { host, grants: elsewhere });
      expect(said).toContain("at one place, AWS_REGION");
    }
  });

  test("sccache has its web identity in vain beside a session's keys, which is said", async () => {
    const host = { ...bucket, AWS_REGION: "us-west-2", AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token" };
    const notices = async (names: string, options: Record<string, unknown> = {}, run = "sccache -s && aws s3 ls") => {
      const grants = [{ with: "aws", options, allowNone: true }];
      return noticesIn(await plan(`FROM base\n# buildseal: with=${names}\nRUN ${run}\n`, { host, grants }));
    };
    for (const names of ["sccache+aws", "aws+sccache"]) {
      expect(await notices(names)).toEqual([
        expect.stringMatching(/^recipe sccache: .*keys.*give `aws` `options: { credentials: web-identity }`/),
      ]);
      expect(await notices(names, { credentials: "web-identity" })).toEqual([]);
    }
    expect(await notices("sccache", {}, "sccache -s")).toEqual([]);
    expect(await notices("aws", {}, "aws s3 ls")).toEqual([]);
  });

  test("so are two files of one recipe, where the step names one path for both", async () => {
    const dockerfile = "FROM base\nENV SCCACHE_CONF=/settings AWS_CONFIG_FILE=/settings\nRUN sccache -s\n";
    const grants = [{ with: "sccache", options: { bucket: "cache", region: "us-west-2", form: "files" } }];
    expect(await refusal(dockerfile, { grants })).toContain("at one place, /settings");
  });
});

describe("a mount written by hand", () => {
  const text = "FROM base AS fetch\nRUN fetch\nFROM base AS build\nRUN --mount=type=secret,id=token,env=T make\n";
  const grants: GrantEntry[] = [{ secret: "token", steps: { run: "fetch" } }];

  test("of what another step was granted is shown, and held against the policy", async () => {
    const made = await plan(text, { declared: ["token"], grants });
    expect(made.steps.map(({ step, grants }) => [step.line, grants[0]!.chosen])).toEqual([
      [2, "/fetch/"],
      [4, "mounted by hand"],
    ]);
    const policy = [{ path: "/etc/policy.yaml", file: { version: 1 as const, grants: [{ stages: ["fetch"] }] } }];
    expect(await refusal(text, { declared: ["token"], grants, policy })).toContain("may not go to build");
  });

  test("of what a recipe brought to another step is too, though nobody declared it", async () => {
    const dockerfile = "FROM base\nRUN sccache -s\nRUN --mount=type=secret,id=aws-identity-token cat /run/secrets/*\n";
    const made = await plan(dockerfile, { with: ["sccache"], host: bucket });
    expect(made.steps[1]).toMatchObject({ step: { line: 3 }, grants: [{ what: "secret aws-identity" }] });
    const policy = [{ path: "/etc/policy.yaml", file: { version: 1 as const, grants: [{ with: "sccache" }] } }];
    expect(await refusal(dockerfile, { with: ["sccache"], host: bucket, policy })).toContain(
      "secret aws-identity may not",
    );
  });

  test("whose id begins like a declared secret's is the user's, where the user gives it", async () => {
    const theirs = "FROM base\nRUN --mount=type=secret,id=npm-ci make\n";
    expect((await plan(theirs, { declared: ["npm"] })).steps).toHaveLength(1);
    expect((await plan(theirs, { declared: ["npm"], userIds: ["npm-ci"] })).steps).toEqual([]);
  });

  test("is found behind a variable, and refused where the variable is not known", async () => {
    const hidden = text.replace("AS build\n", "AS build\nARG X=token\n").replace("id=token", "id=$X");
    const made = await plan(hidden, { declared: ["token"], grants });
    expect(made.steps[1]!.grants[0]!.chosen).toBe("mounted by hand");
    const unknown = hidden.replace("ARG X=token", "ARG TARGETARCH").replace("$X", "$$TARGETARCH");
    expect(await refusal(unknown, { declared: ["token"], grants })).toContain("it could be token");
    expect((await plan(unknown.replace("id=", "id=mine-"), { declared: ["token"], grants })).steps).toHaveLength(1);
    expect((await plan(unknown)).steps).toEqual([]);
  });

  test("with the very mount of a grant is that grant, whatever else is mounted", async () => {
    const dockerfile =
      "FROM base\nRUN --mount=type=secret,id=token,env=A --mount=type=secret,id=token,target=/t make\n";
    const asked: GrantEntry[] = [{ secret: "token", steps: { run: "make" }, as: { target: "/t" } }];
    expect(mountsOf(await plan(dockerfile, { declared: ["token"], grants: asked }))[0]).toBeUndefined();
  });

  test("of a field belongs to the longest name that fits", async () => {
    const dockerfile = "FROM base\nRUN --mount=type=secret,id=aws-ci-token make\n";
    const made = await plan(dockerfile, { declared: ["aws", "aws-ci"] });
    expect(made.contents.get("aws-ci-token")).toEqual({ kind: "secret", secret: "aws-ci", field: "token" });
  });
});

describe("ONBUILD", () => {
  test("is granted by a comment alone, and nothing is minted for it", async () => {
    const text = "FROM base\n# buildseal: secret=token\nONBUILD RUN make\nRUN make\n";
    const made = await plan(text, { declared: ["token"] });
    expect(made.steps.map(({ step }) => step.onbuild)).toEqual([true]);
    expect(mountsOf(made)[0]).toMatch(/^--mount=type=secret,id=token,target=\/run\/secrets\/token,required=true/);
    expect(made.secrets.size).toBe(0);
    const grants: GrantEntry[] = [{ secret: "token", steps: { run: "make", index: 1 } }];
    expect((await plan(text.replace(/#.*\n/, ""), { declared: ["token"], grants })).steps[0]!.step.line).toBe(3);
  });
});

describe("a step that `rewrite` has put the mounts into", () => {
  const rewritten = {
    "web identity": [
      "--mount=type=secret,id=aws-identity-token,target=/run/secrets/aws-identity-token,required=true,mode=0444",
      "--mount=type=secret,id=aws-identity-profile,target=/run/secrets/aws-identity-profile,required=true,mode=0444",
      "--mount=type=secret,id=aws-identity-profile-path,env=AWS_CONFIG_FILE,required=true",
    ],
    session: [
      "--mount=type=secret,id=aws-session,target=/run/secrets/aws-session,required=true,mode=0444",
      "--mount=type=secret,id=aws-session-path,env=AWS_SHARED_CREDENTIALS_FILE,required=true",
    ],
  };

  test.each(Object.entries(rewritten))(
    "of a %s is served by a build that knows its base to be root's, though the recipe would now choose other places",
    (_, written) => {
      const { steps, settings, script } = stepsIn(
        `FROM a\n# buildseal: with=aws\nRUN ${written.join(" ")} aws s3 ls\n`,
      );
      const planned = planGrants({
        displayName: "Dockerfile",
        steps,
        settings,
        script,
        reached: () => true,
        host: () => undefined,
        envMounts: true,
        requests: [],
        recipes,
        declared: new Set(),
        userIds: new Set(),
        policy: [],
      });
      expect(
        planned.steps.flatMap(({ grants }) => grants.flatMap(({ mounts }) => mounts.map(({ text }) => text))),
      ).toEqual(written.map(() => undefined));
      expect([...planned.contents.keys()]).toEqual(written.map((mount) => /id=([\w-]+)/.exec(mount)![1]));
    },
  );
});
