/** Which part of a static AWS key a name stands for; `file`: all of them, in a file. */
export type KeyPart = "id" | "secret" | "session" | "file";

/** By a name in any of its writings: `AWS_ACCESS_KEY_ID`, `aws-access-key-id`, `SCCACHE_AWS_SECRET_ACCESS_KEY`. */
export function keyPartOf(name: string): Exclude<KeyPart, "file"> | undefined {
  const plain = name.slice(-100).replaceAll("-", "_").toUpperCase();
  const match =
    /(?:^|_)(?:AWS|S3|SCCACHE)_(?:[A-Z0-9]+_)*?(?:(ACCESS_KEY_ID|ACCESS_KEY|KEY_ID)|(SECRET_ACCESS_KEY|SECRET_KEY|SECRET_ID)|(SESSION_TOKEN))$/.exec(
      plain,
    );
  if (match === null) return undefined;
  // `SECRET_ACCESS_KEY` ends like `ACCESS_KEY`
  if (plain.endsWith("SECRET_ACCESS_KEY")) return "secret";
  return match[1] !== undefined ? "id" : match[2] !== undefined ? "secret" : "session";
}

/** Whether a path is that of the file in which the AWS CLI and SDKs keep keys. */
export function isKeyFile(path: string): boolean {
  return /(?:^|\/)\.aws\/credentials["']?$/.test(path.trim());
}
