import { mountIt, tokenRule } from "../judge/token.ts";

export const paymentKey = tokenRule({
  id: "payment-key",
  title: "A key of a payment service",
  severity: "error",
  what: "Access tokens of Braintree (`access_token$production$…`) and secret keys of Flutterwave (`FLWSECK-…-X`) and Pagar.me (`ak_live_…`) in live mode. Stripe, Square and Plaid have rules of their own.",
  why: "A live key moves money and reads customers' data.",
  remedy: `Replace the key in the service's dashboard. ${mountIt}`,
  forms: [
    {
      what: "a Braintree access token",
      literals: ["access_token$production$"],
      pattern: /access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}(?![A-Za-z0-9])/y,
    },
    {
      what: "a Flutterwave secret key",
      literals: ["FLWSECK-"],
      pattern: /FLWSECK-[0-9a-z]{32}-(?:[0-9a-z]{11}vt-)?X(?![A-Za-z0-9])/y,
    },
    {
      what: "a Pagar.me key",
      literals: ["ak_live_"],
      pattern: /ak_live_[A-Za-z0-9]{30}(?![A-Za-z0-9])/y,
      bits: 3.8,
      holds: [/[A-Za-z]/, /\d/],
    },
  ],
});
