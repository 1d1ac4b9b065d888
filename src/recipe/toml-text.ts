/** A basic string of TOML: JSON's escapes are TOML's, but TOML wants the delete character escaped as well. */
export function tomlText(value: string): string {
  return JSON.stringify(value).replaceAll("\x7f", "\\u007f");
}
