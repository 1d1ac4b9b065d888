import { describe, expect, it } from "vitest";
import { credentialName, namesSecret } from "../../../src/migrate/secret-name.ts";

const grades = (names: string) => names.split(" ").map((name) => [name, credentialName(name)?.grade]);
const all = (names: string, grade: string | undefined) => names.split(" ").map((name) => [name, grade]);

describe("the name of a variable", () => {
  it("is a credential's by its last word", () => {
    const names =
      "NPM_TOKEN TOKEN PASSWORD DB_PASS MYSQL_PWD PGPASSWORD DBPASSWORD CLIENTSECRET githubToken npm-auth-token API_KEY OPENAI_API_KEY AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN SSH_PRIVATE_KEY GITHUB_PAT ID_RSA SECRET_KEY_BASE SSHPASS COMPOSER_AUTH VAULT_SECRET_ID";
    expect(grades(names)).toEqual(all(names, "certain"));
  });

  it("is so too with what tells one of several apart behind it", () => {
    const names = "API_KEY_PROD GITHUB_TOKEN_2 GOOGLE_CREDENTIALS_BASE64 DB_PASSWORD_DEFAULT";
    expect(grades(names)).toEqual(all(names, "certain"));
  });

  it("is none where its last word is another thing", () => {
    const names =
      "TOKEN_FILE HF_TOKEN_PATH PASSWORD_HASH_ALGO NODE_AUTH_TYPE SSH_AUTH_SOCK KEYCLOAK_VERSION SECRETS_DIR TOKEN_URL KEY_SHA512 ROOT_PASSWORD_HASH TOKENIZERS_PARALLELISM AWS_WEB_IDENTITY_TOKEN_FILE KEY_VAULT_NAME";
    expect(grades(names)).toEqual(all(names, undefined));
  });

  it("is none of a public thing, of a switch, of a number, or of a word that only sounds so", () => {
    const names =
      "PUBLIC_KEY STRIPE_PUBLISHABLE_KEY NEXT_PUBLIC_API_KEY VITE_MAPS_TOKEN GPG_KEY GPG_KEYS KEY CACHE_KEY USE_TOKEN MYSQL_ALLOW_EMPTY_PASSWORD MAX_TOKENS EOS_TOKEN PWD OLDPWD PATH BYPASS COMPASS REGISTRY_AUTH GOOGLE_APPLICATION_CREDENTIALS BUNDLE_BUILD__NOKOGIRI COMPAT SCCACHE_S3_NO_CREDENTIALS";
    expect(grades(names)).toEqual(all(names, undefined));
  });

  it("is a likely one where it often is none, and a part where it needs another", () => {
    const likely = "LICENSE_KEY BASIC_AUTH BUNDLE_GEMS__CONTRIBSYS__COM";
    expect(grades(likely)).toEqual(all(likely, "likely"));
    const part = "AWS_ACCESS_KEY_ID AWS_ACCESS_KEY S3_ACCESS_KEY_ID";
    expect(grades(part)).toEqual(all(part, "part"));
    expect([namesSecret("LICENSE_KEY"), namesSecret("AWS_ACCESS_KEY_ID")]).toEqual([true, false]);
  });
});
