import { mountIt, tokenRule } from "../judge/token.ts";

export const discordToken = tokenRule({
  id: "discord-token",
  title: "A Discord bot token, or the address of a webhook",
  severity: "error",
  what: "Bot tokens of Discord beside their name (a number in base64, a time and a key), and the addresses of webhooks.",
  why: "It speaks, reads and deletes as the bot.",
  remedy: `Reset the token in Discord's developer portal, or delete the webhook. ${mountIt}`,
  forms: [
    {
      what: "a Discord bot token",
      literals: ["DISCORD_"],
      pattern:
        /discord[\w.-]{0,30}["'`]?\s{0,4}(?:=>|:=|[:=,(>])\s{0,4}["'`]?([MNO][A-Za-z\d]{23,27}\.[\w-]{6}\.[\w-]{27,40})(?![\w-])/iy,
      bits: 3.8,
    },
    {
      what: "the address of a Discord webhook",
      literals: ["discord.com/api/", "iscordapp.com/api"],
      pattern: /d?iscord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/(\d{17,20}\/[\w-]{60,80})(?![\w-])/y,
      bits: 4,
    },
  ],
});
