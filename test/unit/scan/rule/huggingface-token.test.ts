import { describe, expect, test } from "vitest";
import { huggingfaceToken } from "../../../../src/scan/rule/huggingface-token.ts";
import { alphabet, found, now, random, token } from "./found.ts";

describe("huggingface-token", () => {
  test("finds user, organisation, OIDC and OAuth tokens", () => {
    const values = [
      `hf_${random(alphabet.letters, 34)}`,
      `api_org_${random(alphabet.letters, 34)}`,
      `hf_jwt_${token({ iss: "https://huggingface.co", exp: now + 60 })}`,
      `hf_oauth_${random(alphabet.base64url, 60)}a`,
    ];
    for (const value of values)
      expect(found(huggingfaceToken, `HF_TOKEN="${value}"`)).toMatchObject([{ value, severity: "error" }]);
  });

  test("passes over names in programs and templates", () => {
    for (const text of [
      "hf_hub_download(repo_id)",
      "static int hf_wireshark_protocol_field_index_two = -1;",
      `hf_${"x".repeat(34)}`,
      `hf_${random("abcdefghijklmnop", 34)}`,
      `hf_${random(alphabet.letters, 33)}`,
    ]) {
      expect(found(huggingfaceToken, text)).toEqual([]);
    }
  });
});
