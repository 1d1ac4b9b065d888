import { mountIt, tokenRule } from "../judge/token.ts";

export const stripeKey = tokenRule({
  id: "stripe-key",
  title: "A Stripe key",
  severity: "error",
  what: "Secret and restricted keys of Stripe in live mode (`sk_live_…`, `rk_live_…`) and secrets of its webhooks (`whsec_…`); keys of test mode are a *warning*.",
  why: "A live key moves money and reads customers' data.",
  remedy: `Roll the key in Stripe's dashboard. ${mountIt}`,
  forms: [
    {
      what: "a Stripe key",
      literals: ["sk_live_", "rk_live_"],
      pattern: /[rs]k_live_[A-Za-z0-9]{20,250}(?![A-Za-z0-9])/y,
      bits: 3.5,
    },
    {
      what: "a Stripe key of test mode",
      literals: ["sk_test_", "rk_test_"],
      pattern: /[rs]k_test_[A-Za-z0-9]{20,250}(?![A-Za-z0-9])/y,
      bits: 3.5,
      severity: "warning",
    },
    {
      what: "the secret of a Stripe webhook",
      literals: ["whsec_"],
      pattern: /whsec_[A-Za-z0-9+/=]{32,100}(?![A-Za-z0-9])/y,
      bits: 3.5,
      severity: "warning",
    },
  ],
});
