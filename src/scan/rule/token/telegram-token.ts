import { mountIt, tokenRule } from "../judge/token.ts";

export const telegramToken = tokenRule({
  id: "telegram-token",
  title: "A Telegram bot's token",
  severity: "error",
  what: "Tokens of Telegram bots: the bot's number, a colon, and 35 characters that begin with `AA`.",
  why: "It reads and writes all of the bot's chats.",
  remedy: `Revoke it with BotFather (/revoke). ${mountIt}`,
  forms: [
    {
      what: "a Telegram bot's token",
      literals: [":AAE", ":AAF", ":AAG", ":AAH"],
      pattern: /:AA[EFGH][\w-]{32}(?![\w-])/y,
      lead: /(?<![\w.:-])\d{8,10}$|(?<=bot)\d{8,10}$/,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/],
    },
  ],
});
