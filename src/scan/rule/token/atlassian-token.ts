import { mountIt, tokenRule } from "../judge/token.ts";

export const atlassianToken = tokenRule(
  {
    id: "atlassian-token",
    title: "An Atlassian token",
    severity: "error",
    what: "API tokens of Atlassian (`ATATT3…`, `ATSTT3…`), app passwords and access tokens of Bitbucket (`ATBB…`, `ATCTT3…`), tokens of its Data Center (`BBDC-…`) and of Trello (`ATTA…`).",
    why: "It reads and writes issues, pages or code of its owner.",
    remedy: `Revoke the token in Atlassian's account settings. ${mountIt}`,
    forms: [
      {
        what: "an Atlassian token",
        literals: ["ATATT3", "ATSTT3", "ATCTT3"],
        pattern: /AT[ASC]TT3[\w=-]{150,300}(?![\w=-])/y,
        bits: 4,
      },
      {
        what: "a Bitbucket app password",
        literals: ["ATBB"],
        pattern: /ATBB[A-Za-z0-9]{32}(?![A-Za-z0-9])/y,
        bits: 3.8,
      },
      {
        what: "a token of Bitbucket Data Center",
        literals: ["BBDC-"],
        pattern: /BBDC-[\w+/@-]{40,50}(?![\w+/@-])/y,
        bits: 4,
      },
      {
        what: "a Trello token",
        literals: ["ATTA"],
        pattern: /ATTA[a-f0-9]{64}[A-F0-9]{8}(?![A-Za-z0-9])/y,
      },
    ],
  },
  400,
);
