import { describe, expect, test } from "vitest";
import { commandLogin, commandLoginInText } from "../../../../src/scan/rule/command-login.ts";
import { foundIn } from "./fixture.ts";
import { found, read } from "./found.ts";
import { password } from "./made-secret.ts";

const commands: readonly ((value: string) => string)[] = [
  (value) => `curl -fsSL -u ci:${value} https://nexus.corp.net/x`,
  (value) => `curl -H 'Authorization: Bearer ${value}' https://x.corp.net`,
  (value) => `docker login registry.corp.net -u ci -p ${value}`,
  (value) => `echo "${value}" | podman login -u ci --password-stdin registry.corp.net`,
  (value) => `mysqldump -h db -uroot -p${value} prod`,
  (value) => `mysqladmin -u root password '${value}'`,
  (value) => `sshpass -p${value} ssh host`,
  (value) => `mc alias set prod https://s3.corp.net builder ${value}`,
  (value) => `helm registry login -u ci --password ${value} registry.corp.net`,
  (value) => `az login --service-principal -u app -p ${value} --tenant corp`,
  (value) => `redis-cli -a ${value} ping`,
  (value) => `htpasswd -bc /etc/nginx/.htpasswd admin ${value}`,
  (value) => `keytool -genkey -storepass ${value} -alias a`,
  (value) => `openssl rsa -passin pass:${value} -in key.pem`,
  (value) => `composer config -g http-basic.repo.corp.net ci ${value}`,
  (value) => `poetry config pypi-token.corp ${value}`,
  (value) => `nuget sources add -name a -source https://n.corp.net -username ci -Password ${value}`,
  (value) => `npm config set //npm.corp.net/:_authToken ${value}`,
  (value) => `bundle config set --global gems.corp.net ci:${value}`,
];

describe("command-login", () => {
  test.each(commands.map((command) => [command("…"), command] as const))("finds %s", (_, command) => {
    const value = password(24);
    const line = command(value);
    expect(read(commandLogin, `set -e\n${line}\n`, "srv/build.sh")).toMatchObject([{ value, severity: "warning" }]);
    const instruction = foundIn(`RUN /bin/sh -c set -e; ${line} && true # buildkit`, "");
    expect(instruction).toMatchObject([{ rule: "command-login", value, severity: "error" }]);
  });

  test.each(commands.map((command) => [command("…"), command] as const))("knows a variable in %s", (_, command) => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own way to name a variable
    for (const value of ["$SECRET_A1b2C3", "${SECRET}", "$(cat /run/secrets/a)", "{{secret}}", "<password>", "%s"])
      expect(read(commandLogin, `${command(value)}\n`, "srv/build.sh"), value).toEqual([]);
  });

  test("the next command is another one", () => {
    const text = `mysql -u root prod && mkdir -p${password(20)}\ncurl https://x.corp.net; id -u a:${password(20)}\n`;
    expect(read(commandLogin, text, "srv/build.sh")).toEqual([]);
  });

  test.each(["echo 'root:sommerabend' | chpasswd", "docker login -u ci -p sommerabend r.corp.net"])(
    "a word counts where a command takes nothing but a secret: %s",
    (line) => {
      expect(read(commandLogin, `${line}\n`, "srv/build.sh")).toMatchObject([{ severity: "warning" }]);
      expect(foundIn(`/bin/sh -c ${line}`, "")).toMatchObject([{ severity: "warning" }]);
    },
  );

  test("a word after an option counts in an instruction alone", () => {
    const line = "tool --password sommerabend";
    expect(read(commandLogin, `${line}\n`, "srv/build.sh")).toEqual([]);
    expect(foundIn(`/bin/sh -c ${line}`, "")).toMatchObject([{ severity: "warning" }]);
  });

  test.each(["\n", "\r\n"])("a line goes on behind a backslash", (end) => {
    const value = password(24);
    for (const command of [
      `docker login \\${end}    --username ci \\${end}    -p ${value} registry.corp.net`,
      `curl -fsSL \\${end}  -u ci:${value} \\${end}  https://x.corp.net`,
      `mc alias set \\${end}  prod https://s3.corp.net \\${end}    builder ${value}`,
      `helm repo add a https://x.corp.net --password \\${end}      ${value}`,
    ]) {
      const text = `set -e${end}${command}${end}`;
      expect(read(commandLogin, text, "srv/build.sh")).toMatchObject([{ value, start: text.indexOf(value) }]);
    }
    const next = `docker login -u ci # \\x${end}mkdir -p ${value}${end}`;
    expect(read(commandLogin, next, "srv/build.sh")).toEqual([]);
  });

  test("a line of a file that is no script is read where a command stands", () => {
    const value = password(24);
    const line = `subprocess.run("docker login -u ci -p ${value} registry.corp.net")\n`;
    expect(found(commandLoginInText, `# ä\n${line}`, "srv/app/main.py")).toMatchObject([
      { value, severity: "warning" },
    ]);
    const call = `run(["/bin/sh -c tool --token ${value}"])\n`;
    expect(found(commandLoginInText, call, "srv/app/main.py")).toMatchObject([{ value, severity: "warning" }]);
    // it is read whole
    expect(found(commandLoginInText, line, "srv/app/main.sh")).toEqual([]);
  });

  test("an address in an instruction is a login of its own rule", () => {
    const value = password(24);
    for (const command of ["wget -q", "pip install -i", "git clone --depth 1"])
      expect(foundIn(`RUN /bin/bash -c ${command} https://ci:${value}@x.corp.net/a # buildkit`, "")).toMatchObject([
        { rule: "url-login", value, severity: "error" },
      ]);
  });
});
