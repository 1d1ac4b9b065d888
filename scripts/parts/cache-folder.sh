# Sourced by every part: where parts are kept, and how one is made so that a killed or doubled run does no harm.
# shellcheck shell=bash
set -euo pipefail

parts_folder=${BUILDSEAL_PARTS:-${XDG_CACHE_HOME:-$HOME/.cache}/buildseal/parts}
# shellcheck disable=SC2034
recipes=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

say() { printf 'buildseal parts: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; return; fi
  command -v sudo >/dev/null || fail "needs root for '$1', and there is no sudo here: run it as root"
  sudo -- "$@"
}

# A recipe's name with a stamp of what it is made from: a changed recipe is another folder.
stamped() { # NAME INGREDIENT…
  local name=$1
  shift
  printf '%s-%s\n' "$name" "$(printf '%s\n' "$@" | sha256sum | cut -c1-12)"
}

# Runs MAKE with an empty folder, and gives that folder its name only when MAKE went well.
make_part() { # NAME WHAT MAKE…   prints the part's path
  local part=$parts_folder/$1 what=$2 making status
  shift 2
  if [ ! -e "$part" ]; then
    mkdir -p "$parts_folder/.lock" || fail "cannot write to $parts_folder: set BUILDSEAL_PARTS to a folder that you can write to"
    exec 8>"$parts_folder/.lock/${part##*/}"
    flock -n 8 || { say "waiting for another run that makes ${part##*/}"; flock 8; }
    if [ ! -e "$part" ]; then
      say "$what, into $part"
      # Under the lock, whatever else has this name is of a run that was killed.
      as_root rm -rf --one-file-system "$parts_folder/.making/${part##*/}"
      making=$parts_folder/.making/${part##*/}
      mkdir -p "$making"
      # Not in a condition: bash would switch `set -e` off inside. The lock is handed on: while a killed run's
      # debootstrap lives on, nobody else starts.
      set +e
      (set -e; "$@" "$making") >&2
      status=$?
      set -e
      if [ $status -ne 0 ]; then
        as_root rm -rf --one-file-system "$making"
        fail "could not make ${part##*/} (see above; free disk: $(df -h --output=avail "$parts_folder" | tail -n 1 | tr -d ' '))"
      fi
      as_root mv -T "$making" "$part"
    fi
    exec 8>&-
  fi
  printf '%s\n' "$part"
}
