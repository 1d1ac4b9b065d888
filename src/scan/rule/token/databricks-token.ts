import { mountIt, tokenRule } from "../judge/token.ts";

export const databricksToken = tokenRule({
  id: "databricks-token",
  title: "A Databricks token",
  severity: "error",
  what: "Personal access tokens of Databricks and OAuth secrets of its service principals (`dapi…`, `dose…`).",
  why: "It reads the workspace's data and runs code in it.",
  remedy: `Revoke the token in the workspace's settings. ${mountIt}`,
  forms: [
    {
      what: "a Databricks token",
      literals: ["dapi", "dose"],
      pattern: /d(?:api|ose)[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])/y,
    },
  ],
});
