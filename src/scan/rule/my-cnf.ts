import { fileRule } from "./judge/file.ts";

export const myCnf = fileRule({
  id: "my-cnf",
  title: "A password in a MySQL option file",
  severity: "error",
  what: "`password` in `.my.cnf`, `my.cnf` and what they include.",
  why: "It opens the database for whoever reaches it.",
  remedy: "Change the password, and mount the file where it is needed.",
  place: /(?:^|\/)(?:\.?my\.cnf|\.?mylogin\.cnf|(?:my|mysql|mariadb)\.(?:conf|cnf)\.d\/[^/]{1,80}|debian\.cnf)$/,
  forms: [
    {
      what: "a password in a MySQL option file",
      pattern: /^[ \t]{0,8}(?<key>password|pass)[ \t]{0,8}=[ \t]{0,8}["']?(?<value>[^\s"']{1,400})/gm,
    },
  ],
});
