import { mountIt, tokenRule } from "../judge/token.ts";

export const pypiToken = tokenRule(
  {
    id: "pypi-token",
    title: "A PyPI token",
    severity: "error",
    what: "Upload tokens of PyPI (`pypi-…`): a macaroon in base64 that names the index it is for. One for the test index is a *warning*.",
    why: "It publishes releases of its projects: what is published is installed by others within minutes.",
    remedy: `Revoke the token at PyPI. Publish with trusted publishing (OIDC), which has no stored token. ${mountIt}`,
    forms: [
      { what: "a PyPI token", literals: ["pypi-AgE"], pattern: /pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}/y, bits: 3.5 },
      {
        what: "a token of PyPI's test index",
        literals: ["pypi-AgE"],
        pattern: /pypi-AgENdGVzdC5weXBpLm9yZ[\w-]{50,1000}/y,
        bits: 3.5,
        severity: "warning",
      },
    ],
  },
  1100,
);
