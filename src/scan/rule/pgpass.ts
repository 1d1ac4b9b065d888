import { fileRule } from "./judge/file.ts";

export const pgpass = fileRule({
  id: "pgpass",
  title: "A password in a .pgpass file",
  severity: "error",
  what: "Lines `host:port:database:user:password` of PostgreSQL's `.pgpass`.",
  why: "It opens the database for whoever reaches it.",
  remedy: "Change the password, and mount the file where it is needed (PGPASSFILE).",
  place: /(?:^|\/)\.?pgpass(?:\.conf)?$/,
  forms: [
    {
      what: "a password in a .pgpass file",
      pattern: /^(?<key>[^#:\n][^:\n]{0,200}):[\d*]{1,5}:[^:\n]{1,100}:[^:\n]{1,100}:(?<value>[^\s]{1,400})$/gm,
    },
  ],
});
