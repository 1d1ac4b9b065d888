import { describe, expect, test } from "vitest";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";
import { type Ask, mountsOf, noticesIn, plan } from "./plan-of.ts";

const npm: GrantEntry = {
  with: "npm",
  options: { registries: [{ url: "https://npm.example.com/", default: true, secret: "p" }] },
};
const pip: GrantEntry = {
  with: "pip",
  options: { indexes: [{ url: "https://py.example.com/simple/", default: true, secret: "p" }] },
};
const told = async (grant: GrantEntry, run: string, { user = "root", ...ask }: Ask & { user?: string } = {}) =>
  noticesIn(await plan(`FROM base\nUSER ${user}\nRUN ${run}\n`, { grants: [grant], declared: ["p"], ...ask }));

const unread = (by: string) =>
  `(line 3) runs it by \`${by}\` as another user, who cannot read what is mounted for the step's own: set \`USER\` before the step in the place of \`${by}\``;

describe("a command that a step of root's runs as another user", () => {
  test.each([
    ["su", "su node -c 'npm ci'"],
    ["su", '["su", "node", "-c", "npm ci"]'],
    ["su", "su - node <<E\nnpm ci\nE"],
    ["sudo", "sudo -u node -H npm ci"],
    ["sudo", "sudo -Eu node sh -c 'cd /x && npm ci'"],
    ["gosu", "gosu node npm ci"],
    ["gosu", "gosu $RUN_AS npm ci"],
    ["gosu", "gosu node retry bash -c 'npm ci'"],
    ["su-exec", "su-exec node npm ci"],
    ["runuser", "runuser -u node -- npm ci"],
    ["setpriv", "setpriv --reuid 1000 --clear-groups npm ci"],
    ["chroot", "chroot --userspec=node / npm ci"],
  ])("cannot read the files, which is said: %s: %s", async (by, run) => {
    const [notice, ...more] = await told(npm, run);
    expect(more).toEqual([]);
    expect(notice).toMatch(/^recipe npm: stage 0 RUN 1: /);
    expect(notice).toContain(unread(by));
  });

  test.each([
    "npm ci",
    "su node -c 'npm ci' && npm ci",
    "su node -c 'npm test'; npm ci",
    "sudo npm ci",
    "sudo -u root npm ci",
    "su -c 'npm ci'",
    "gosu root npm ci",
    "gosu 0:0 npm ci",
  ])("is not spoken of where root's own runs it, too: %s", async (run) => expect(await told(npm, run)).toEqual([]));

  test("is spoken of where a comment or a selector chose the step, too", async () => {
    expect(await told({ ...npm, steps: { stage: "*" } }, "gosu node npm ci")).toHaveLength(1);
    expect(await told({ ...npm, steps: { stage: "*" } }, "gosu node ./install.sh")).toEqual([]);
  });

  test.each([
    ["uid=1000", "gosu node npm ci", 0],
    ["uid=1000", "setpriv --reuid=1000 npm ci", 0],
    ["gid=1000,mode=0440", "gosu 1000:1000 npm ci", 0],
    ["uid=1000", "gosu 2000 npm ci", 1],
    ["uid=0", "gosu node npm ci", 1],
    ["gid=1000", "gosu node npm ci", 1],
    ["mode=0440", "gosu node npm ci", 1],
  ])("reads what the step's own mount makes his: %s: %s", async (whose, run, count) => {
    const mount = `--mount=type=secret,id=npm-config,target=/root/.npmrc,${whose}`;
    expect(await told(npm, `${mount} ${run}`)).toHaveLength(count);
  });

  test("may read what is mounted for a number that is not known", async () => {
    const mount = "--mount=type=secret,id=npm-config,target=/root/.npmrc,uid=$ID";
    expect(await told(npm, `${mount} gosu node npm ci`, { base: null })).toEqual([]);
    expect(await told(npm, `${mount.replace("$ID", "0")} gosu node npm ci`, { base: null })).toHaveLength(1);
  });

  test.each(["su build -c 'cargo build'", "gosu build retry 3 cargo build", "sudo -u build cargo build"])(
    "is spoken of where the step's text shows it, too: %s",
    async (run) => {
      const text = `FROM base\nENV RUSTC_WRAPPER=sccache\nRUN ${run}\n`;
      const ask = { with: ["sccache"], host: { SCCACHE_BUCKET: "b", SCCACHE_REGION: "us-west-2" } };
      expect(noticesIn(await plan(text, ask)).join()).toContain(`by \`${run.split(" ")[0]}\` as another user`);
      expect(noticesIn(await plan(text.replace(run, `${run} && cargo build`), ask))).toEqual([]);
      expect(noticesIn(await plan(text.replace(run, `${run} && retry cargo build`), ask))).toEqual([]);
      expect(noticesIn(await plan(text.replace(run, `CC=sccache x && sudo -u build sccache -s`), ask))).toEqual([]);
    },
  );

  test("reads what everybody may read, as where the base is not seen", async () => {
    const text = "FROM base\nRUN gosu node npm ci\n";
    const ask = { grants: [npm], declared: ["p"] };
    const made = await plan(text, { ...ask, base: null });
    expect(noticesIn(made)).toEqual([]);
    const rewritten = await plan(text.replace("RUN", `RUN ${mountsOf(made).join(" ")}`), ask);
    expect([mountsOf(rewritten).filter(Boolean), noticesIn(rewritten)]).toEqual([[], []]);
  });
});

describe("a command that hands on no variables", () => {
  const lost = (by: string, names: string) =>
    `(line 3) runs it by \`${by}\`, which hands on no variables, and this grant gives ${names}: set \`USER\` before the step in the place of \`${by}\``;

  test.each([
    ["1000", npm, "sudo npm ci", "sudo", "NPM_CONFIG_USERCONFIG"],
    ["node", npm, "sudo -u other npm ci", "sudo", "NPM_CONFIG_USERCONFIG"],
    ["root", pip, "sudo pip install x", "sudo", "PIP_INDEX_URL"],
    ["root", pip, "doas pip install x", "doas", "PIP_INDEX_URL"],
    ["root", pip, "su - -c 'pip install x'", "su", "PIP_INDEX_URL"],
  ])("loses those that the step gets, which is said: USER %s: %s", async (user, grant, run, by, names) => {
    const notices = await told(grant as GrantEntry, run, { user });
    expect(notices.join("\n")).toContain(lost(by, names));
  });

  test("is not spoken of where there are none, or they are kept", async () => {
    expect(await told(npm, "sudo npm ci")).toEqual([]);
    expect(await told(npm, "sudo -E npm ci", { user: "1000" })).toEqual([]);
    expect(await told(pip, "sudo --preserve-env=PIP_INDEX_URL pip install x")).toEqual([]);
    expect(await told(pip, "sudo PIP_INDEX_URL=$PIP_INDEX_URL pip install x")).toEqual([]);
  });

  test("is told with those that it hands on, where the grant's are others", async () => {
    const [notice] = await told(pip, "sudo --preserve-env=HOME,PATH pip install x");
    expect(notice).toContain("hands on no variables but HOME, PATH, and this grant gives PIP_INDEX_URL");
  });
});
