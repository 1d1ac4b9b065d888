import { fileRule } from "./judge/file.ts";

export const shellHistory = fileRule({
  id: "shell-history",
  title: "A password in a shell history",
  severity: "error",
  what: "Logins on command lines in `.bash_history`, `.zsh_history`, `.python_history`, `.mysql_history` and the like: `curl -u`, `docker login -p`, `sshpass -p`, `mysql -p…`, `--password`, `--token`, headers with an Authorization.",
  why: "Nobody looks into these files before an image is published, and the shell writes down whatever was typed.",
  remedy: "Replace the secret, and remove the history (or set HISTFILE to nothing) in the same RUN.",
  place:
    /(?:^|\/)\.(?:bash|zsh|sh|ash|ksh|fish|python|node_repl|psql|mysql|rediscli|mongosh|irb|lesshst|viminfo|sqlite|dbshell)(?:_history|rc_history)?$|(?:^|\/)fish_history$|(?:^|\/)ConsoleHost_history\.txt$/,
  forms: [
    {
      what: "a login on a command line",
      pattern:
        /(?<key>--(?:http-)?(?:password|passwd|pass|token|api-key|secret|access-token|auth-token|client-secret|secret-key))[ =]["']?(?<value>[^\s"'-][^\s"']{3,400})/g,
    },
    {
      what: "a login on a command line",
      pattern:
        /\b(?<key>curl|wget|http)\b[^\n]{0,200}\s(?:-u|--user)[ =]?["']?[^\s:"'@/]{1,100}:(?<value>[^\s"']{4,400})/g,
    },
    { what: "a login on a command line", pattern: /\b(?<key>sshpass)\s{1,4}-p\s{0,4}["']?(?<value>[^\s"']{3,400})/g },
    {
      what: "a login on a command line",
      pattern: /\s(?<key>login)(?=\s)[^\n|;&]{0,200}?\s-p[ =]?["']?(?<value>[^\s"'-][^\s"']{3,4000})/g,
    },
    {
      what: "a login on a command line",
      pattern: /\b(?<key>mysql|mysqldump|mariadb|mysqladmin)\b[^\n]{0,200}?\s-p(?<value>[^\s"'-][^\s"']{3,200})/g,
    },
    {
      what: "a header with a login",
      pattern:
        /\b(?<key>[Aa]uthorization|[Xx]-[A-Za-z-]{2,30}-?(?:[Tt]oken|[Kk]ey)):\s{0,4}(?:[Bb]asic|[Bb]earer|[Tt]oken)?\s{0,4}(?<value>[\w.~+/=-]{12,4096})/g,
      severities: { word: "warning", random: "error" },
    },
    {
      what: "a password in a statement of SQL",
      pattern: /\b(?:IDENTIFIED BY|PASSWORD)\s{1,4}['"](?<value>[^\s'"]{4,200})['"]/gi,
    },
  ],
});
