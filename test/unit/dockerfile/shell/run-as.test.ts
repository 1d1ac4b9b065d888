import { describe, expect, test } from "vitest";
import { readShell } from "../../../../src/dockerfile/shell/index.ts";
import { runAs } from "../../../../src/dockerfile/shell/run-as.ts";
import type { RunAs } from "../../../../src/dockerfile/shell/script.ts";

const asWhom = (text: string): RunAs | undefined => runAs(readShell(text).commands[0]!.words);
const as = (by: string, user: string | undefined, keepsVariables = true) => ({ by, user, keepsVariables });

describe("as whom a command's program runs", () => {
  test.each([
    ["sudo npm ci", as("sudo", "root", false)],
    ["sudo -E npm ci", as("sudo", "root")],
    ["sudo --preserve-env=A npm ci", as("sudo", "root")],
    ["sudo -Hu app npm ci", as("sudo", "app", false)],
    ["sudo -uapp A=b npm ci", as("sudo", "app", false)],
    ["sudo -g u --user=app npm ci", as("sudo", "app", false)],
    ["sudo -C 3 --user app -- npm ci", as("sudo", "app", false)],
    ["/usr/bin/sudo -i npm ci", as("sudo", "root", false)],
    ["doas -u app npm ci", as("doas", "app", false)],
    ["gosu app:app npm ci", as("gosu", "app")],
    ["gosu $U npm ci", as("gosu", undefined)],
    ["su-exec 1000 npm ci", as("su-exec", "1000")],
    ["setpriv --reuid=app --init-groups npm ci", as("setpriv", "app")],
    ["setpriv --reset-env --reuid 1000 npm ci", as("setpriv", "1000", false)],
    ["chroot --userspec=app:app /mnt npm ci", as("chroot", "app")],
    ["runuser -u app -- npm ci", as("runuser", "app")],
    ["runuser -l app -c 'npm ci'", as("runuser", "app", false)],
    ["su app -c 'npm ci'", as("su", "app")],
    ["su -c 'npm ci' app", as("su", "app")],
    ["su -s /bin/sh -c 'npm ci' - app", as("su", "app", false)],
    ["su -lc 'npm ci' app", as("su", "app", false)],
    ["su -c 'npm ci'", as("su", "root")],
    ["env A=b sudo -E gosu app npm ci", as("gosu", "app")],
    ["sudo gosu app npm ci", as("gosu", "app", false)],
    ["gosu app env A=b sh -c 'npm ci'", as("gosu", "app")],
  ])("%s", (text, known) => expect(asWhom(text)).toEqual(known));

  test.each(["npm ci", "env A=b npm ci", "setpriv --no-new-privs npm ci", "chroot /mnt npm ci", "echo sudo npm ci"])(
    "is not changed by: %s",
    (text) => expect(asWhom(text)).toBeUndefined(),
  );

  test("holds in the shell that it starts", () => {
    const { commands, scopes } = readShell("su app -c 'a; sudo sh -c b'; c; gosu app sh <<E\nd\nE");
    const of = (index: number) => scopes[commands[index]!.scope]!.as;
    expect(commands.map(({ words }) => words[0]!.value)).toEqual(["su", "a", "sudo", "b", "c", "gosu", "d"]);
    expect([of(1), of(3), of(4), of(6)]).toEqual([
      as("su", "app"),
      as("sudo", "root", false),
      undefined,
      as("gosu", "app"),
    ]);
  });
});
