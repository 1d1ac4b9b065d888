import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certificate {
  /** PEM file of the authority that signed it: what SSL_CERT_FILE or NODE_EXTRA_CA_CERTS names. */
  readonly caFile: string;
  readonly certificate: string;
  readonly key: string;
}

/** A server's certificate for DNS names, signed by an authority made for it (for a day, in `folder`). Needs `openssl`. */
export async function createCertificate(folder: string, names: readonly string[]): Promise<Certificate> {
  const at = (name: string): string => join(folder, name);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const ca = ["req", "-x509", ...newKey, "-subj", "/CN=buildseal test authority", "-days", "1"];
  const leaf = [
    "req",
    "-x509",
    ...newKey,
    "-subj",
    `/CN=${names[0]}`,
    "-days",
    "1",
    "-CA",
    at("ca.pem"),
    "-CAkey",
    at("ca.key"),
  ];
  const alternatives = names.map((name) => `DNS:${name}`).join(",");
  await run("openssl", [
    ...ca,
    ...["-addext", "keyUsage=critical,keyCertSign", "-keyout", at("ca.key"), "-out", at("ca.pem")],
  ]);
  await run("openssl", [
    ...leaf,
    ...["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"],
    ...["-addext", `subjectAltName=${alternatives}`, "-keyout", at("server.key"), "-out", at("server.pem")],
  ]);
  return {
    caFile: at("ca.pem"),
    certificate: await readFile(at("server.pem"), "utf8"),
    key: await readFile(at("server.key"), "utf8"),
  };
}
