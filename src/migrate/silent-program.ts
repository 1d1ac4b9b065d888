import { type Invocation, invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand } from "../dockerfile/shell/script.ts";
import { hideLikely } from "../finding/hide-likely.ts";

/** What else than the system's own tools is known to ask for no credential of the kind that is meant. */
export type AlsoSilent = "compilers" | "compilers and installers";

/**
 * The first program of a script that may take a credential from its environment although the script does not name it:
 * somebody's own script, a test, a build by make. undefined: all of them are known not to.
 */
export function programThatMayAsk(script: Script, also: AlsoSilent): string | undefined {
  if (script.commands.length === 0) return "what it runs";
  for (const command of script.commands) {
    if (command.words.length === 0) continue;
    const invocation = invocationOf(command);
    if (invocation === undefined) return "a program whose name is not known here";
    if (!isSilent(invocation, command, also)) return hideLikely(invocation.program);
  }
  return undefined;
}

function isSilent({ program, arguments: rest }: Invocation, command: ShellCommand, also: AlsoSilent): boolean {
  if (system.has(program)) return true;
  // a shell whose text was read: its commands are here as well
  if (/^(?:ba|da|a|z|k)?sh$/.test(program)) return rest.some(({ value }) => /^-\w*c$/.test(value ?? ""));
  const words = rest.flatMap(({ value }) => value ?? []);
  const plain = words.filter((word) => !word.startsWith("-"));
  if (program === "make" || program === "gmake") return isPlainMake(plain);
  if (compilers.has(program)) return true;
  if (program === "cargo") return silentCargo.has(plain[0] ?? "");
  if (program === "go") return silentGo.has(plain[0] ?? "");
  if (also === "compilers") return false;
  if (/^python[\d.]*$/.test(program)) return isPythonInstaller(words, command);
  return installers.get(program)?.has(plain[0] ?? "") ?? false;
}

/** `make`, `make -j8 all`, `make install`: not `make deploy`. */
function isPlainMake(words: readonly string[]): boolean {
  return words.every((word) => /^(?:all|install|clean|distclean|\d+|[\w.-]+=.*)$|\//.test(word));
}

function isPythonInstaller([first, second, third]: readonly string[], { redirects }: ShellCommand): boolean {
  if (redirects.some(({ heredoc }) => heredoc !== undefined)) return false;
  if (first === "-m") return second === "venv" || second === "ensurepip" || (second === "pip" && third !== "debug");
  return first === "--version" || first === "-V";
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

const system = setOf(
  [
    ": [ [[ ]] true false test set unset export declare typeset local readonly shift shopt ulimit umask read exit return break continue",
    "cd pushd popd pwd echo printf sleep date uname arch nproc whoami id which type command hash wait trap alias",
    "apt apt-get apt-cache apt-key apt-mark aptitude apk yum dnf microdnf tdnf zypper rpm dpkg dpkg-reconfigure dpkg-divert pacman add-apt-repository",
    "update-ca-certificates update-alternatives alternatives locale-gen localedef update-locale ldconfig fc-cache systemctl",
    "curl wget gpg gpgconf dirmngr tar gzip gunzip bzip2 bunzip2 xz unxz zip unzip zstd 7z",
    "mkdir rmdir rm cp mv ln touch chmod chown chgrp install mktemp truncate strip patch setcap rsync sync",
    "cat sed grep egrep fgrep head tail cut tr sort uniq wc tee find ls stat du df file readlink realpath dirname basename",
    "md5sum sha1sum sha256sum sha512sum cmp diff ldd",
    "git groupadd useradd usermod adduser addgroup deluser passwd chpasswd getent chsh",
  ].join(" "),
);
const compilers = setOf(
  "gcc g++ cc c++ clang clang++ ld ar nvcc cmake ninja meson configure autoreconf autoconf automake rustup rustc javac tsc",
);
const silentCargo = setOf("build check clippy clean doc fetch install update vendor add chef");
const silentGo = setOf("build mod install get env vet clean version");

const installers: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    pip: "install download wheel config cache uninstall freeze list check",
    pip3: "install download wheel config cache uninstall freeze list check",
    uv: "pip sync venv python tool lock cache",
    poetry: "install config self lock",
    conda: "install create env config clean update",
    mamba: "install create env config clean update",
    micromamba: "install create env config clean update",
    npm: "install i ci config cache rebuild prune",
    yarn: "install add config cache set",
    pnpm: "install i add fetch config",
    corepack: "enable prepare install",
    gem: "install update cleanup",
    bundle: "install config",
  }).map(([program, words]) => [program, setOf(words)]),
);
