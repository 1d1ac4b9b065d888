import { createPrivateKey } from "node:crypto";

/** Of a PEM of a private key the base64 that means its private numbers and nothing else, each line that is long enough. */
export function secretBase64(pem: string): readonly string[] {
  const body = pem.trim().split("\n").slice(1, -1);
  const der = Buffer.from(body.join(""), "base64");
  const { d, p, q, dp, dq, qi } = createPrivateKey(pem).export({ format: "jwk" });
  const numbers = [d, p, q, dp, dq, qi].flatMap((number) =>
    number === undefined ? [] : [Buffer.from(number, "base64url")],
  );
  const start = der.indexOf(numbers[0]!);
  const last = numbers.at(-1)!;
  const end = der.indexOf(last) + last.byteLength;
  let at = 0;
  const lines = body.map((line) => {
    const [from, to] = [Math.ceil((start * 8) / 6) - at, Math.floor((end * 8) / 6) - at];
    at += line.length;
    return line.slice(Math.max(0, from), Math.max(0, to));
  });
  return lines.filter(({ length }) => length >= 24);
}
