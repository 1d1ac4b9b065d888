import { mountIt, tokenRule } from "../judge/token.ts";

export const grafanaToken = tokenRule(
  {
    id: "grafana-token",
    title: "A Grafana token",
    severity: "error",
    what: "Service account tokens of Grafana (`glsa_…`) access policy tokens of its cloud (`glc_…`), and the API keys of before (`eyJrIjoi…`).",
    why: "It reads dashboards and what their sources hold, or administers them.",
    remedy: `Delete the token in Grafana. ${mountIt}`,
    forms: [
      {
        what: "a Grafana token",
        literals: ["glsa_"],
        pattern: /glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}(?![A-Za-z0-9])/y,
        bits: 3.5,
      },
      {
        what: "a Grafana Cloud token",
        literals: ["glc_eyJ"],
        pattern: /glc_eyJ[A-Za-z0-9+/]{32,400}={0,2}(?![A-Za-z0-9])/y,
        bits: 3.5,
      },
      {
        what: "a Grafana API key",
        literals: ["eyJrIjoi"],
        pattern: /eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}(?![A-Za-z0-9+/=])/y,
        bits: 3.5,
        check: isApiKey,
      },
    ],
  },
  500,
);

/** JSON of a key, its name and its organisation: https://github.com/grafana/grafana/blob/main/pkg/components/apikeygen/apikeygen.go */
function isApiKey(key: string): boolean {
  return /^\{"k":"[A-Za-z0-9]{32}","n":"[^"]{0,200}","id":\d{1,10}\}$/.test(
    Buffer.from(key, "base64").toString("latin1"),
  );
}
