import { mountIt, tokenRule } from "../judge/token.ts";

export const shopifyToken = tokenRule({
  id: "shopify-token",
  title: "A Shopify token",
  severity: "error",
  what: "Access tokens and shared secrets of Shopify (`shpat_…`, `shpca_…`, `shppa_…`, `shpss_…`).",
  why: "It reads a shop's orders and customers.",
  remedy: `Uninstall the app or rotate its secret in Shopify. ${mountIt}`,
  forms: [
    {
      what: "a Shopify token",
      literals: ["shpat_", "shpca_", "shppa_", "shpss_"],
      pattern: /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}(?![A-Za-z0-9])/y,
    },
  ],
});
