import { fileRule } from "./judge/file.ts";

export const wpConfig = fileRule({
  id: "wp-config",
  title: "The secrets of a WordPress site",
  severity: "error",
  what: "`DB_PASSWORD` and the keys and salts in `wp-config.php`.",
  why: "The password opens the site's database; with the keys anybody can make themselves a login.",
  remedy: "Change the password and the keys, and read them from the environment.",
  place: /(?:^|\/)wp-config\.php$/,
  forms: [
    {
      what: "the password of a WordPress database",
      pattern: /define\(\s{0,4}['"](?<key>DB_PASSWORD)['"]\s{0,4},\s{0,4}['"](?<value>[^'"\n]{1,400})['"]/g,
    },
    {
      what: "a key of a WordPress site",
      pattern:
        /define\(\s{0,4}['"](?<key>(?:SECURE_AUTH|AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT))['"]\s{0,4},\s{0,16}['"](?<value>[^'\n]{32,200})['"]\s{0,4}\)/g,
      severities: { word: "warning", random: "warning" },
    },
  ],
});
