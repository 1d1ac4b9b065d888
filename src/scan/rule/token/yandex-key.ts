import { mountIt, tokenRule } from "../judge/token.ts";

export const yandexKey = tokenRule({
  id: "yandex-key",
  title: "A Yandex key or token",
  severity: "error",
  what: "Keys of service accounts of Yandex Cloud (`AQVN…`) and OAuth tokens of Yandex (`y0_…`).",
  why: "It acts in the cloud as the service account or the user that it was made for.",
  remedy: `Delete the key or revoke the token at Yandex. ${mountIt}`,
  forms: [
    {
      what: "a key of Yandex Cloud",
      literals: ["AQVN"],
      pattern: /AQVN[\w-]{35,38}(?![\w+/=-])/y,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
    },
    {
      what: "an OAuth token of Yandex",
      literals: ["y0_"],
      pattern: /y0_[\w-]{50,62}(?![\w-])/y,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
    },
  ],
});
