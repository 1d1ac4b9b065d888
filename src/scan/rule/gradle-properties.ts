import { fileRule } from "./judge/file.ts";

export const gradleProperties = fileRule({
  id: "gradle-properties",
  title: "A login in Gradle properties",
  severity: "error",
  what: "Passwords, tokens and signing keys in `gradle.properties`.",
  why: "It publishes artifacts, or signs them.",
  remedy:
    "Change the password, and give it to the step as a secret mount (Gradle reads `ORG_GRADLE_PROJECT_…` variables).",
  place: /(?:^|\/)gradle\.properties$/,
  forms: [
    {
      what: "a secret in Gradle properties",
      pattern:
        /^[ \t]{0,8}(?<key>[\w.-]{0,80}(?:[pP]assword|PASSWORD|[tT]oken|TOKEN|[sS]ecret|SECRET|[aA]pi_?[kK]ey|API_KEY|[sS]igning\.?[kK]ey))[ \t]{0,8}[=:][ \t]{0,8}(?<value>[^\s#]{1,4096})/gm,
    },
  ],
});
