import { describe, expect, test } from "vitest";
import { readShell } from "../../../../src/dockerfile/shell/index.ts";
import { runAs } from "../../../../src/dockerfile/shell/run-as.ts";
import type { RunAs } from "../../../../src/dockerfile/shell/script.ts";

const asWhom = (text: string): RunAs | undefined => runAs(readShell(text).commands[0]!.words);
const as = (by: string, user: string | undefined, handsOn: RunAs["handsOn"] = "all") => ({ by, user, handsOn });

describe("as whom a command's program runs", () => {
  test.each([
    ["sudo npm ci", as("sudo", "root", [])],
    ["sudo -E npm ci", as("sudo", "root")],
    ["sudo --preserve-env npm ci", as("sudo", "root")],
    ["sudo --preserve-env=A,B npm ci", as("sudo", "root", ["A", "B"])],
    ["sudo --preserve-env= npm ci", as("sudo", "root", [])],
    ["sudo --preserve-env=A --preserve-env=B npm ci", as("sudo", "root", ["A", "B"])],
    ["sudo -E --preserve-env=A npm ci", as("sudo", "root")],
    ['sudo A=$A B="$B" npm ci', as("sudo", "root", ["A", "B"])],
    ["sudo A=1 B=2 gosu app npm ci", as("gosu", "app", ["A", "B"])],
    ["sudo A=1 B=2 sudo --preserve-env=B,C npm ci", as("sudo", "root", ["B"])],
    ["su -l -w A,B app -c 'npm ci'", as("su", "app", ["A", "B"])],
    ["sudo -Hu app npm ci", as("sudo", "app", [])],
    ["sudo -uapp A=b npm ci", as("sudo", "app", ["A"])],
    ["sudo -g u --user=app npm ci", as("sudo", "app", [])],
    ["sudo -C 3 --user app -- npm ci", as("sudo", "app", [])],
    ["/usr/bin/sudo -i npm ci", as("sudo", "root", [])],
    ["doas -u app npm ci", as("doas", "app", [])],
    ["gosu app:app npm ci", as("gosu", "app")],
    ["gosu $U npm ci", as("gosu", undefined)],
    ["su-exec 1000 npm ci", as("su-exec", "1000")],
    ["setpriv --reuid=app --init-groups npm ci", as("setpriv", "app")],
    ["setpriv --reset-env --reuid 1000 npm ci", as("setpriv", "1000", [])],
    ["chroot --userspec=app:app /mnt npm ci", as("chroot", "app")],
    ["runuser -u app -- npm ci", as("runuser", "app")],
    ["runuser -l app -c 'npm ci'", as("runuser", "app", [])],
    ["su app -c 'npm ci'", as("su", "app")],
    ["su -c 'npm ci' app", as("su", "app")],
    ["su -s /bin/sh -c 'npm ci' - app", as("su", "app", [])],
    ["su -lc 'npm ci' app", as("su", "app", [])],
    ["su -c 'npm ci'", as("su", "root")],
    ["env A=b sudo -E gosu app npm ci", as("gosu", "app")],
    ["sudo gosu app npm ci", as("gosu", "app", [])],
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
      as("sudo", "root", []),
      undefined,
      as("gosu", "app"),
    ]);
  });
});
