import { fileRule } from "./judge/file.ts";

export const pythonIndex = fileRule({
  id: "python-index",
  title: "A login for a Python package index",
  severity: "error",
  what: "Passwords in `pip.conf`, `.pypirc`, `uv.toml`, Poetry's `auth.toml`, conda's and twine's settings, also in the addresses of indexes.",
  why: "It installs private packages, and often uploads new ones.",
  remedy: "Change the password or revoke the token, and mount the file (or a netrc) into the step that installs.",
  place:
    /(?:^|\/)(?:pip\.(?:conf|ini)|pip\/pip\.conf|\.pypirc|uv\.toml|\.?pdm\.toml|pypoetry\/auth\.toml|poetry\.toml|\.condarc|keyring_pass\.cfg)$/,
  forms: [
    {
      what: "a login for a Python package index",
      pattern: /\bhttps?:\/\/[^\s:/@"']{0,128}:(?<value>[^\s/@"']{1,4096})@(?<key>[^\s/"']{1,256})/g,
    },
    {
      what: "a login for a Python package index",
      pattern: /\bhttps?:\/\/(?<value>[\w.~-]{20,255})@(?<key>[^\s/"']{1,256})/g,
      severities: { random: "error" },
    },
    {
      what: "a login for a Python package index",
      pattern:
        /^[ \t]{0,8}(?<key>password|pypi-token[\w.-]{0,40}|token)[ \t]{0,8}[:=][ \t]{0,8}["']?(?<value>[^\s"']{1,4096})/gm,
    },
    {
      what: "a login for a Python package index",
      pattern:
        /^[ \t]{0,8}(?<key>[\w."-]{1,80})[ \t]{0,8}=[ \t]{0,8}\{[^}\n]{0,200}\bpassword[ \t]{0,4}=[ \t]{0,4}"(?<value>[^"\n]{1,4096})"/gm,
    },
  ],
});
