import { describe, expect, test } from "vitest";
import { quotedSecret } from "../../../../src/scan/rule/quoted-secret.ts";
import { found } from "./found.ts";
import { accessKeyId, alphabet, random } from "./made-secret.ts";

const value = (): string => `${random(alphabet.alphanumeric, 30)}aZ7`;

const forms: readonly [path: string, before: string, after: string][] = [
  ["srv/app/main.py", 'API_KEY = "', '"\n'],
  ["srv/app/main.py", "SECRET_KEY = '", "'\n"],
  ["srv/app/main.py", "LOGIN = {'PASSWORD': '", "'}\n"],
  ["srv/app/main.py", 'app.config["SECRET_KEY"] = "', '"\n'],
  ["srv/app/main.py", 'os.environ.get("API_TOKEN", "', '")\n'],
  ["srv/app/main.py", "token = os.getenv('API_TOKEN', '", "')\n"],
  ["srv/app/main.py", 'token = os.getenv("API_TOKEN") or "', '"\n'],
  ["srv/app/main.js", "const API_KEY = '", "';\n"],
  ["srv/app/main.js", 'const token = process.env.X_TOKEN || "', '";\n'],
  ["srv/app/main.js", 'const token = process.env["X_TOKEN"] ?? "', '";\n'],
  ["srv/app/Main.java", 'static final String API_SECRET = "', '";\n'],
  ["srv/app/main.go", '\tapiToken := "', '"\n'],
  ["srv/app/config.php", "return ['password' => '", "'];\n"],
  ["srv/app/config.php", "  'password'    => '", "',\n"],
  ["srv/app/config.php", "define('API_SECRET', '", "');\n"],
  ["srv/app/config.php", "'key' => env('APP_SECRET', '", "'),\n"],
  ["srv/app/config.rb", "config.secret_key = '", "'\n"],
  ["srv/app/config.rb", "ENV.fetch('API_TOKEN', '", "')\n"],
  ["srv/app/config.json", '{"AUTH_TOKEN": "', '"}'],
  ["srv/app/config.json", '{"secretKey": "', '"}'],
  ["srv/app/config.json", '{"accessKey":"', '"}'],
  ["srv/app/config.json", '{"encryptionKey" : "', '"}'],
  ["srv/app/config.yml", "API_TOKEN: ", "\n"],
];

describe("a random value", () => {
  test.each(forms)("is found in %s: %s…%s", (path, before, after) => {
    const secret = value();
    const text = `# ä line\n${before}${secret}${after}`;
    expect(found(quotedSecret, text, path)).toMatchObject([{ value: secret, severity: "warning" }]);
  });

  test("is told from others by its name", () => {
    const text = `DB_PASSWORD = "${value()}"\nadminPassword = "${value()}"\n`;
    expect(found(quotedSecret, text, "srv/app/main.py").map(({ key }) => key)).toEqual([
      "DB_PASSWORD",
      "adminPassword",
    ]);
  });

  test.each([
    ["of a name that is made to be shown", `PUBLIC_API_KEY = "${value()}"`],
    ["of a name that only ends in the same letters", `keynote_tokens = "${value()}"`],
    ["behind a name in a list", `fields = ["token", "${value()}"]`],
    ["of a call that takes no value for a name", `assert_equal("token", "${value()}")`],
    ["that is only compared", `if (config["token"] === "${value()}")`],
    ["without quotes", `API_KEY = ${value()}`],
    ["that a comment of several lines shows", `/*\n * {"user":"a","password":"${value()}"}\n */`],
    ["that is the hash of one", `user.hashed_password = "${random(alphabet.hex, 40)}"`],
    ["that only guards a form", `form_tag("/a", authenticity_token: "${random(alphabet.hex, 20)}")`],
    ["that another rule knows by its shape", `{"accessKey": "${accessKeyId()}"}`],
    ["that another rule knows by its name", `secret_access_key = "${value()}${random(alphabet.alphanumeric, 7)}"`],
  ])("%s is passed over", (_, text) => {
    expect(found(quotedSecret, text, "srv/app/main.py")).toEqual([]);
  });

  test("is passed over in packages, in tests and where a rule reads the whole file", () => {
    const text = `define('API_SECRET', '${value()}');\n`;
    for (const path of [
      "srv/app/node_modules/x/a.js",
      "srv/app/tests/a.php",
      "srv/www/wp-config.php",
      "src/config.status",
    ])
      expect(found(quotedSecret, text, path)).toEqual([]);
  });
});

test.each([
  'API_KEY = "your-api-key-goes-here"',
  'SECRET_KEY = os.environ["SECRET_KEY"]',
  "{'PASSWORD': 'correct horse battery'}",
  'process.env.X_TOKEN || "development"',
  'os.environ.get("API_TOKEN", "not-set-in-this-shell")',
  'TOKEN = "BEGIN_OBJECT_LITERAL"',
  '{"secretKey": "aws.secretKey.description"}',
  'token: "X-Hub-Signature-256"',
  '{"token": "rate-limit-100-per-hour"}',
  '{"password": "ВведитеПароль2024"}',
])("words are no secret: %s", (text) => {
  expect(found(quotedSecret, text, "srv/app/main.py")).toEqual([]);
});
