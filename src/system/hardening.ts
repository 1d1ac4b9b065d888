import { writeFileSync } from "node:fs";
import { SealError } from "../error.ts";
import type { Environment } from "../identity/host.ts";
import { refuseEnvFileOfNode } from "./env-file-word.ts";

export type Hardened = {
  /** Sentences for the user about what was asked of Node and was turned off. */
  readonly notices: readonly string[];
  /** Runs something (a spawn, the writing of what the user asked for) with the umask the user had. Not for promises. */
  readonly asUser: <Result>(run: () => Result) => Result;
};

const ownUmask = 0o077;

/** What writes our memory or traffic down and cannot be taken back once Node runs. */
const refusedOptions: Readonly<Record<string, string>> = {
  "--heapsnapshot-near-heap-limit": "writes the whole memory into a file",
  "--tls-keylog": "writes the keys of every TLS connection into a file",
  "--trace-tls": "prints what goes through TLS connections",
};
/** These print what is sent and received, or the environment of children. */
const refusedDebug = /(?:^|,)\s*(?:\*|https?2?|tls|net|fetch|undici|websocket|child_process)\s*(?:,|$)/i;

/**
 * Closes the ways by which a value in our memory could reach a file or another process without our doing: diagnostic
 * reports, heap snapshots and the inspector by signal, core dumps, files that others may read. What a child of ours
 * inherits of it: the core dump filter and the umask.
 * @throws NODE for an option that would write values down and cannot be turned off.
 */
export function hardenProcess(environment: Environment): Hardened {
  refuseEnvFileOfNode(process.argv.slice(2));
  const options = nodeOptions(environment);
  refuse(options, environment);
  const userUmask = process.umask(ownUmask);
  const notices = [...closeReports(options), ...takeSignals(options), ...closeCoreDumps()];
  // Asking for the inspector takes 2 ms, so it is asked for only where Node was told anything at all.
  if (options.length > 0 || environment["VSCODE_INSPECTOR_OPTIONS"] !== undefined) notices.push(...closeInspector());
  return {
    notices,
    asUser: (run) => {
      process.umask(userUmask);
      try {
        return run();
      } finally {
        process.umask(ownUmask);
      }
    },
  };
}

/**
 * Closes an inspector that is open, whoever opened it (it may have been a signal before hardenProcess ran).
 * @throws NODE if it stays open.
 */
export function closeInspector(): readonly string[] {
  const inspector = process.getBuiltinModule("node:inspector");
  if (inspector.url() === undefined) return [];
  inspector.close();
  if (inspector.url() !== undefined) {
    throw new SealError(
      "NODE",
      "Node's inspector is open and cannot be closed.",
      "Start buildseal without a debugger.",
    );
  }
  return ["Node's inspector was open, by which every secret could be read: it was closed."];
}

function nodeOptions(environment: Environment): readonly string[] {
  const words = (environment["NODE_OPTIONS"] ?? "").split(/\s+/).filter((word) => word !== "");
  return [...process.execArgv, ...words];
}

/** Node takes `_` for `-` in the names of its options. */
function nameOf(option: string): string {
  return (option.replaceAll(/^"|"$/g, "").split("=")[0] ?? "").replaceAll("_", "-");
}

function refuse(options: readonly string[], environment: Environment): void {
  for (const name of options.map(nameOf)) {
    const does = refusedOptions[name];
    if (does === undefined) continue;
    const message = `Node was started with ${name}, which ${does}, secrets included.`;
    throw new SealError("NODE", message, "Take it out of NODE_OPTIONS or the command line.");
  }
  if (!refusedDebug.test(environment["NODE_DEBUG"] ?? "")) return;
  const message = "NODE_DEBUG is set so that Node prints what it sends and receives, secrets included.";
  throw new SealError("NODE", message, "Unset NODE_DEBUG.");
}

function closeReports(options: readonly string[]): readonly string[] {
  // The report holds the environment and the heap's state (https://nodejs.org/api/report.html).
  const { report } = process;
  report.reportOnFatalError = false;
  report.reportOnSignal = false;
  report.reportOnUncaughtException = false;
  const isAsked = options.some((option) => /^--report-(?:on|uncaught)/.test(nameOf(option)));
  return isAsked ? ["Node's diagnostic reports were asked for: they are off, as they hold the environment."] : [];
}

function takeSignals(options: readonly string[]): readonly string[] {
  // Node opens its inspector on SIGUSR1; a listener of our own takes that away (tried on Node 22 and 24).
  process.removeAllListeners("SIGUSR1");
  process.on("SIGUSR1", () => {});
  if (!options.some((option) => nameOf(option) === "--heapsnapshot-signal")) return [];
  for (const signal of ["SIGUSR2", ...heapSnapshotSignals(options)] as NodeJS.Signals[]) {
    process.removeAllListeners(signal);
    process.on(signal, () => {});
  }
  return ["Node was started with --heapsnapshot-signal: it is off, as the file would hold every secret."];
}

function heapSnapshotSignals(options: readonly string[]): readonly string[] {
  const text = options.join(" ");
  return Array.from(text.matchAll(/--heapsnapshot[-_]signal[=\s]"?(SIG[A-Z0-9]+)/g), (match) => match[1] ?? "");
}

function closeCoreDumps(): readonly string[] {
  if (process.platform !== "linux") return [];
  try {
    // A core file then holds none of the memory (core(5)); children inherit it. RLIMIT_CORE cannot be set from Node, and
    // would not keep a core from a pipe such as systemd-coredump's.
    writeFileSync("/proc/self/coredump_filter", "0");
    return [];
  } catch {
    return ["Core dumps could not be turned off: /proc/self/coredump_filter cannot be written."];
  }
}
