import { directoryPrefix } from "./tmpfs.ts";

/**
 * What outlives us: a shell that waits for the end of its stdin, which is a pipe that only we hold. Lines tell it what
 * to end and what to remove: `child PID START`, `gone PID`, `directory PATH`; what to do beside that: `deed SCRIPT`, read
 * at once, as it lies in what is removed; `done` is a normal end. START is the process's start time as in /proc/PID/stat,
 * so that a number that went to another process is never hit; without /proc it is `-`, and the shell asks ps. It is made
 * of functions, so that it is read in full before it runs: it lies in the directory that it removes.
 */
export const guardianScript = `
of_proc() { # NUMBER PID: that field of /proc/PID/stat; the name in parentheses may hold anything
  number=$1
  read -r line <"/proc/$2/stat" || return 1
  set -f
  set -- \${line##*) }
  case $number in
    3) echo "$1" ;;
    5) echo "$3" ;;
    22) echo "\${20}" ;;
  esac
} 2>/dev/null

start_of() { # PID: nothing for one that has ended
  if [ -r /proc/self/stat ]; then
    [ "$(of_proc 3 "$1")" = Z ] || of_proc 22 "$1"
  else
    case $(ps -o stat= -p "$1") in Z*) ;; *) ps -o lstart= -p "$1" | tr -s ' ' _ ;; esac
  fi
} 2>/dev/null

group_of() { # PID
  if [ -r /proc/self/stat ]; then of_proc 5 "$1"; else ps -o pgid= -p "$1" | tr -d ' '; fi
} 2>/dev/null

is_same() { # PID:START
  [ "\${1#*:}" = "$(start_of "\${1%%:*}")" ]
}

signal_all() { # SIGNAL; to the whole group of a child that leads one
  for one in $children; do
    is_same "$one" || continue
    pid=\${one%%:*}
    if [ "$(group_of "$pid")" = "$pid" ]; then kill -s "$1" -- "-$pid"; else kill -s "$1" "$pid"; fi
  done
} 2>/dev/null

do_deeds() { # here and not in a shell of their own: what one read the first time it knows the second time
  eval "$deeds"
} >/dev/null 2>&1 </dev/null

any_alive() {
  for one in $children; do is_same "$one" && return 0; done
  return 1
}

forget() { # PID
  left=
  for one in $children; do [ "\${one%%:*}" = "$1" ] || left="$left $one"; done
  children=$left
}

remember() { # PID START
  forget "$1"
  start=$2
  [ "$start" != - ] || start=$(start_of "$1")
  [ -z "$start" ] || children="$children $1:$start"
}

remove() {
  for directory; do
    case $directory in /*/${directoryPrefix}*) rm -rf -- "$directory" ;; esac
  done
} 2>/dev/null

guard() {
  trap '' HUP INT QUIT TERM PIPE TSTP USR1 USR2
  cd /
  children=
  deeds=
  while IFS= read -r line; do
    told=\${line#* }
    case $line in
      "child "*) remember "\${told%% *}" "\${told#* }" ;;
      "gone "*) forget "$told" ;;
      "directory "*) set -- "$@" "$told" ;;
      "deed "*) deeds="$deeds$(cat "$told" 2>/dev/null)
" ;;
      done) return ;;
    esac
  done
  signal_all INT
  do_deeds
  remove "$@"
  waited=0
  while any_alive && [ "$waited" -lt 50 ]; do
    sleep 0.1 2>/dev/null || { sleep 1; waited=$((waited + 9)); }
    waited=$((waited + 1))
  done
  signal_all KILL
  remove "$@"
  do_deeds
}

guard "$@"
exit 0
`;
