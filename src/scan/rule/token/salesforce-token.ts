import { mountIt, tokenRule } from "../judge/token.ts";

/** A session begins with its organisation's id, which is of the kind `00D`: an sfdx login prints one. */
export const salesforceToken = tokenRule(
  {
    id: "salesforce-token",
    title: "A Salesforce token",
    severity: "error",
    what: "Access tokens and session ids of Salesforce (`00D…!AQ…`) and its refresh tokens (`5Aep861…`).",
    why: "It reads and changes customers' data as whoever logged in; a refresh token does so for as long as nobody revokes it.",
    remedy: `Revoke the session in Salesforce's setup. ${mountIt}`,
    forms: [
      {
        what: "a Salesforce access token",
        literals: ["!AQ"],
        pattern: /!AQ[\w.]{80,260}(?![\w.])/y,
        lead: /(?<![A-Za-z0-9])00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/,
        bits: 4,
      },
      {
        what: "a Salesforce refresh token",
        literals: ["5Aep861", "5AEP861"],
        pattern: /5A(?:ep|EP)861[\w.=]{60,200}(?![\w.=])/y,
        bits: 4,
      },
    ],
  },
  500,
);
