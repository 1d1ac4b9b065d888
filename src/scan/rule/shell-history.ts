import { commandForms, header } from "./judge/command.ts";
import { fileRule } from "./judge/file.ts";

export const shellHistory = fileRule({
  id: "shell-history",
  title: "A password in a shell history",
  severity: "error",
  what: "Logins on command lines in `.bash_history`, `.zsh_history`, `.python_history`, `.mysql_history` and the like: `curl -u`, `docker login -p`, `sshpass -p`, `mysql -p…`, `mc alias set`, `--password`, `--token`, headers with an Authorization.",
  why: "Nobody looks into these files before an image is published, and the shell writes down whatever was typed.",
  remedy: "Replace the secret, and remove the history (or set HISTFILE to nothing) in the same RUN.",
  place:
    /(?:^|\/)\.(?:bash|zsh|sh|ash|ksh|fish|python|node_repl|psql|mysql|rediscli|mongosh|irb|lesshst|viminfo|sqlite|dbshell)(?:_history|rc_history)?$|(?:^|\/)fish_history$|(?:^|\/)ConsoleHost_history\.txt$/,
  isContinued: true,
  forms: [
    ...commandForms,
    {
      what: "a login on a command line",
      pattern:
        /(?<key>--(?:http-)?(?:password|passwd|pass|token|api-key|secret|access-token|auth-token|client-secret|secret-key))=["']?(?<value>[^\s"'-][^\s"']{3,400})/g,
    },
    { ...header, severities: { word: "warning", random: "error" } },
    {
      what: "a password in a statement of SQL",
      pattern: /\b(?:IDENTIFIED BY|PASSWORD)\s{1,4}['"](?<value>[^\s'"]{4,200})['"]/gi,
    },
  ],
});
