import { describe, expect, test } from "vitest";
import { configureLog } from "../../../../src/scan/rule/configure-log.ts";
import { read } from "./found.ts";
import { secretKey } from "./made-secret.ts";

describe("configure-log", () => {
  test("finds secret variables that configure wrote down", () => {
    const value = secretKey().replaceAll("/", "x").replaceAll("+", "y");
    for (const line of [
      `  $ ./configure --prefix=/usr API_TOKEN=${value}`,
      `ac_cv_env_API_TOKEN_value=${value}`,
      `declare -x API_TOKEN="${value}"`,
      `export API_TOKEN='${value}'`,
      `API_TOKEN=${value}; export API_TOKEN`,
      `  with options \\"'--prefix=/usr' 'API_TOKEN=${value}'\\"`,
    ]) {
      expect(read(configureLog, `configure:1: x\n${line}\n`, "src/build/config.log")).toMatchObject([
        { value, severity: "error" },
      ]);
      expect(read(configureLog, line, "src/build/config.status")).toHaveLength(1);
    }
    expect(read(configureLog, `API_TOKEN:STRING=${value}\n`, "build/CMakeCache.txt")).toHaveLength(1);
  });

  test("a value that may be a word is a warning", () => {
    expect(read(configureLog, "DB_PASSWORD=correct-horse\n", "config.log")).toMatchObject([{ severity: "warning" }]);
  });

  test("passes over paths, placeholders, tests of configure and other files", () => {
    const text = [
      "AWS_WEB_IDENTITY_TOKEN_FILE=/run/secrets/token",
      "ac_cv_env_API_TOKEN_set=",
      "API_TOKEN=$API_TOKEN",
      "API_TOKEN=[secret api-token]",
      "checking for SECRET_NOTHING... yes",
      "ac_cv_func_crypto_secretbox=yes",
      "MAX_TOKENS=100000000",
    ].join("\n");
    expect(read(configureLog, text, "config.log")).toEqual([]);
    expect(read(configureLog, "", "var/log/other.log")).toBeUndefined();
  });
});
