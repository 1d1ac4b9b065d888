import { mountIt, tokenRule } from "../judge/token.ts";

export const slackToken = tokenRule({
  id: "slack-token",
  title: "A Slack token, or the address of a webhook",
  severity: "error",
  what: "Bot, user, app, configuration and legacy tokens of Slack (`xoxb-…`, `xoxp-…`, `xapp-…`, `xoxe.…`), and the addresses of incoming webhooks.",
  why: "It reads or writes messages of a workspace: a way to learn much, and to ask people for more.",
  remedy: `Revoke the token (or delete the webhook) in Slack's app settings. ${mountIt}`,
  forms: [
    {
      what: "a Slack token",
      literals: ["xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"],
      pattern: /xox[abeoprs]-(?=[\w-]{0,40}\d{6})[A-Za-z0-9-]{20,250}(?![A-Za-z0-9])/y,
      bits: 2.8,
    },
    {
      what: "a Slack configuration token",
      literals: ["xoxe."],
      pattern: /xoxe\.xox[bp]-\d-[A-Za-z0-9]{120,250}(?![A-Za-z0-9])/y,
    },
    {
      what: "a Slack app token",
      literals: ["xapp-"],
      pattern: /xapp-\d-[A-Za-z0-9]{6,20}-\d{6,20}-[a-z0-9]{32,128}(?![A-Za-z0-9])/y,
    },
    {
      what: "the address of a Slack webhook",
      literals: ["hooks.slack.com/"],
      pattern:
        /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Z0-9]{6,14}\/[A-Z0-9]{6,24}\/[A-Za-z0-9/]{16,64})(?![A-Za-z0-9])/y,
      bits: 3.5,
    },
  ],
});
