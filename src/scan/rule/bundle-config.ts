import { fileRule } from "./judge/file.ts";

export const bundleConfig = fileRule({
  id: "bundle-config",
  title: "A login in Bundler's settings",
  severity: "error",
  what: 'Passwords and tokens for sources of gems in `.bundle/config`: `BUNDLE_GEMS__EXAMPLE__COM: "user:password"`, where the name is that of a host.',
  why: "It installs private or paid gems, and a token of a code host reads its repositories.",
  remedy:
    "Change the password or revoke the token, and give it to the step as a secret mount (Bundler reads the same name as a variable).",
  place: /(?:^|\/)\.?bundle\/config$/,
  forms: [
    {
      what: "a login in Bundler's settings",
      // `__` is a dot in the host's name, `___` a dash. What names a gem or a folder has no host.
      pattern:
        /^BUNDLE_(?!BUILD__|LOCAL__|MIRROR__|DISABLE|PLUGINS__)(?<key>[A-Z0-9]+(?:_{2,3}[A-Z0-9]+)+):[ \t]{1,8}["']?(?:[^\s"':]{1,200}:(?!x-oauth-basic))?(?<value>[^\s"':/-][^\s"':/]{3,4096})(?::x-oauth-basic)?["']?[ \t]{0,8}$/gm,
    },
  ],
});
