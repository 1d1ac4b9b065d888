import { invocationOf } from "../../dockerfile/shell/program.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import { isRemoved } from "../removal.ts";
import type { LintRule } from "../rule.ts";
import { pathPieces, stageKey, writtenCommands } from "../written-command.ts";

export const shellHistoryLeft: LintRule = {
  id: "shell-history-left",
  severity: "warning",
  title: "A shell's history is put into the image",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "`COPY` or `ADD` of a history file (`.bash_history`, `.zsh_history`, `.psql_history`, `.python_history` …), and a step that turns a shell's history on and leaves its file (`set -o history`, `history -w`, `bash -i` with a here-doc).",
    why: "A history has what somebody typed, passwords and tokens on command lines with it, and it is of no use in an image.",
    example: "FROM debian:12\nCOPY home/.bash_history /root/.bash_history",
    instead: "FROM debian:12\nCOPY home/.bashrc /root/.bashrc",
  },
  *check({ dockerfile, steps }) {
    for (const written of writtenCommands(dockerfile)) {
      if (written.command.known !== "COPY" && written.command.known !== "ADD") continue;
      for (const { text, start, end } of pathPieces(written).slice(0, -1)) {
        if (!HISTORY.test(text)) continue;
        yield {
          start,
          end,
          message: `${written.command.keyword} puts the history ${text.replace(/^.*\//, "")} into the image`,
          remedy: "Leave it out, and name it in .dockerignore.",
          key: `${stageKey(written.stage)} ${text}`,
        };
      }
    }
    for (const linted of steps) {
      const { step } = linted;
      if (!/history|bash -i/.test(step.body)) continue;
      const { script, place } = linted;
      for (const [index, command] of script.commands.entries()) {
        if (!writesHistory(command)) continue;
        const kept = ["/root/.bash_history", "$HISTFILE"].every((file) => !isRemoved(script, index, file, "/root"));
        if (!kept || /HISTFILE=(?:\/dev\/null|["']{2}|\s|$)|unset\s+HISTFILE/.test(step.body)) continue;
        yield {
          ...place(command.start, command.end),
          message: "The shell writes its history to a file of the layer",
          remedy: "Leave the history off, or write unset HISTFILE first.",
          key: `${step.stage.name ?? step.stage.index} ${command.words[0]?.value ?? ""}`,
        };
        break;
      }
    }
  },
};

const HISTORY =
  /(?:^|\/)\.(?:bash|zsh|sh|ash|psql|mysql|python|sqlite|node_repl|rediscli|irb|mongo|dbshell)_?history$|(?:^|\/)\.(?:zhistory|histfile|lesshst|viminfo)$/;

function writesHistory(command: ShellCommand): boolean {
  const invocation = invocationOf(command);
  if (invocation === undefined) return false;
  const { program, arguments: words } = invocation;
  if (program === "set") return words[0]?.value === "-o" && words[1]?.value === "history";
  if (program === "history") return words.some(({ value }) => /^-[aw]/.test(value ?? ""));
  // an interactive shell that reads commands keeps them
  return (
    program === "bash" &&
    words.some(({ value }) => /^-[a-z]*i[a-z]*$/.test(value ?? "")) &&
    !words.some(({ value }) => /^-[a-z]*c[a-z]*$/.test(value ?? "")) &&
    command.redirects.some(({ heredoc }) => heredoc !== undefined)
  );
}
