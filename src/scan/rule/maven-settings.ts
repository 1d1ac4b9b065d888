import { fileRule } from "./judge/file.ts";

export const mavenSettings = fileRule({
  id: "maven-settings",
  title: "A login in Maven settings",
  severity: "error",
  what: "`<password>`, `<passphrase>` and tokens of servers in Maven's `settings.xml`, and its master password in `settings-security.xml`.",
  why: "It reads, and often deploys to, the repositories that builds take their packages from.",
  remedy: "Change the password, and mount settings.xml into the step that needs it (`mvn -s`).",
  place: /(?:^|\/)(?:settings(?:-security)?\.xml|\.m2\/[^/]{1,60}\.xml)$/,
  comment: ["<!--", "-->"],
  forms: [
    {
      what: "a login in Maven settings",
      pattern: /<(?<key>password|passphrase|privateKey|master)>\s{0,40}(?<value>[^<\s$][^<]{0,4000}?)\s{0,40}<\//g,
    },
  ],
});
