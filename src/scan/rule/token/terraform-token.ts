import { mountIt, tokenRule } from "../judge/token.ts";

export const terraformToken = tokenRule({
  id: "terraform-token",
  title: "A Terraform Cloud token",
  severity: "error",
  what: "Tokens of Terraform Cloud and Enterprise (`….atlasv1.…`).",
  why: "It reads state files, which hold every secret that Terraform manages, and applies plans.",
  remedy: `Delete the token in Terraform's settings. ${mountIt}`,
  forms: [
    {
      what: "a Terraform Cloud token",
      literals: [".atlasv1."],
      pattern: /\.atlasv1\.[\w=-]{60,70}(?![\w=-])/y,
      lead: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}$/,
      bits: 4,
    },
  ],
});
