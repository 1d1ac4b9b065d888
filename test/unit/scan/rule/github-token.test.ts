import { expect, test } from "vitest";
import { githubToken } from "../../../../src/scan/rule/token/github-token.ts";
import { found } from "./found.ts";
import { checked } from "./made-secret.ts";

const example = "srv/app/tests/test_login.py";

test("an installation's token among examples is a warning: it lives for an hour", () => {
  const value = checked("ghs_");
  expect(found(githubToken, `token = "${value}"\n`, example)).toMatchObject([{ value, severity: "warning" }]);
});

test("elsewhere it is an error, and so are those that live on among examples", () => {
  for (const path of ["srv/app/settings.py", "srv/app/node_modules/x/index.js"])
    expect(found(githubToken, checked("ghs_"), path)).toMatchObject([{ severity: "error" }]);
  for (const prefix of ["ghp_", "gho_", "ghu_", "ghr_"])
    expect(found(githubToken, checked(prefix), example)).toMatchObject([{ severity: "error" }]);
});
