import { mountIt, tokenRule } from "../judge/token.ts";

export const ciToken = tokenRule({
  id: "ci-token",
  title: "A token of a CI service",
  severity: "error",
  what: "Tokens of CircleCI (`CCIPAT_…`, `CCIPRJ_…`), Buildkite (`bkua_…`, `bkct_…`), Octopus Deploy (`API-…`), Harness (`pat.…`, `sat.…`), Drone, Travis and Codecov beside their name.",
  why: "It starts and reads builds, and the secrets that they are given.",
  remedy: `Revoke the token where it was made. ${mountIt}`,
  forms: [
    {
      what: "a CircleCI token",
      literals: ["CCIPAT_", "CCIPRJ_"],
      pattern: /CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}(?![A-Za-z0-9])/y,
    },
    { what: "a Buildkite token", literals: ["bkua_", "bkct_"], pattern: /bk(?:ua|ct)_[a-f0-9]{40}(?![A-Za-z0-9])/y },
    {
      what: "a Harness token",
      literals: ["pat.", "sat."],
      pattern: /[ps]at\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}(?![A-Za-z0-9])/y,
      bits: 4,
    },
    {
      what: "a key of Octopus Deploy",
      literals: ["API-"],
      pattern: /API-[A-Z0-9]{25,36}(?![\w-])/y,
      bits: 3.5,
      holds: [/[A-Z]/, /\d/],
    },
    {
      what: "a token of a CI service",
      literals: [
        "CIRCLECI_",
        "CIRCLE_TOKEN",
        "TRAVIS_TOKEN",
        "TRAVIS_API",
        "CODECOV_TOKEN",
        "DRONE_TOKEN",
        "BUILDKITE_A",
        "OCTOPUS_",
      ],
      pattern:
        /(?:CIRCLECI?|TRAVIS|CODECOV|DRONE|BUILDKITE|OCTOPUS)_(?:[A-Z]{1,12}_){0,2}(?:TOKEN|KEY)["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}((?:API-)?[A-Za-z0-9]{22,50}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/y,
      holds: [/\d/, /[A-Za-z]/],
    },
  ],
});
