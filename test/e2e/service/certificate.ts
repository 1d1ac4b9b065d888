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

/**
 * A server's certificate for DNS names, signed by an authority made for it (for a day, in `folder`).
 * Needs `openssl` 3.
 */
export async function createCertificate(folder: string, names: readonly [string, ...string[]]): Promise<Certificate> {
  const make = (options: string): Promise<unknown> => {
    const always = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1";
    return run("openssl", `${always} ${options}`.split(" "), { cwd: folder });
  };
  await make("-subj /CN=buildseal-test -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem");
  await make(
    `-subj /CN=${names[0]} -CA ca.pem -CAkey ca.key -keyout server.key -out server.pem` +
      ` -addext subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}` +
      " -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth",
  );
  return {
    caFile: join(folder, "ca.pem"),
    certificate: await readFile(join(folder, "server.pem"), "utf8"),
    key: await readFile(join(folder, "server.key"), "utf8"),
  };
}
