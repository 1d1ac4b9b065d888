import { describe, expect, test } from "vitest";
import { kubernetesManifest } from "../../../../src/scan/rule/kubernetes-manifest.ts";
import { read } from "./found.ts";
import { password } from "./made-secret.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const path = "srv/k8s/app.yaml";

describe("kubernetes-manifest", () => {
  test("finds values of a secret, as they are and in base64, where they stand", () => {
    const [plain, packed] = [password(20), base64(password(21))];
    const text = `# ä\nkind: ConfigMap\n---\nkind: Secret\nstringData:\n  smtp: "${plain}"\ndata:\n  imap: ${packed}\ntype: Opaque\n`;
    expect(read(kubernetesManifest, text, path)).toMatchObject([
      { value: plain, start: text.indexOf(plain), severity: "error" },
      { value: packed, start: text.indexOf(packed), severity: "error" },
    ]);
  });

  test("a word is a warning, also in base64", () => {
    const text = `kind: Secret\ndata:\n  smtp: ${base64("sommerabend")}\n`;
    expect(read(kubernetesManifest, text, path)).toMatchObject([{ severity: "warning" }]);
  });

  test("finds a variable's value beside its name, in Windows' lines too", () => {
    const value = password(20);
    const text = `env:\r\n  - name: DB_PASSWORD\r\n    value: ${value}\r\n`;
    expect(read(kubernetesManifest, text, path)).toMatchObject([{ value, key: "DB_PASSWORD" }]);
  });

  test.each([
    ["of another kind", `kind: ConfigMap\ndata:\n  smtp: ${base64(password(20))}\n`],
    ["that is sealed", `kind: SealedSecret\ndata:\n  smtp: ${base64(password(20))}\n`],
    ["of the object before", `kind: Secret\n---\nkind: ConfigMap\ndata:\n  smtp: ${base64(password(20))}\n`],
    ["that a template makes", "kind: Secret\ndata:\n  smtp: {{ .Values.smtp | b64enc }}\n"],
    ["that is a user's name", `kind: Secret\nstringData:\n  username: ${password(20)}\n`],
    ["that is a file", `kind: Secret\ndata:\n  app.conf: ${base64(`a = ${password(20)}\nb = 1\n`)}\n`],
    ["that is referred to", "env:\n  - name: DB_PASSWORD\n    valueFrom:\n      secretKeyRef:\n        name: app\n"],
    ["under a name for all", `env:\n  - name: PUBLIC_KEY\n    value: ${password(20)}\n`],
  ])("a value %s is passed over", (_, text) => {
    expect(read(kubernetesManifest, text, path)).toEqual([]);
  });

  test("does not look at other files", () => {
    expect(read(kubernetesManifest, "", "srv/app/settings.yaml")).toBeUndefined();
  });
});
