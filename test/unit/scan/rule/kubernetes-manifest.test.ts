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

  test.each([undefined, 2])("reads JSON, one object or a list of them (indented by %s)", (space) => {
    const [plain, packed, variable] = [password(20), base64(password(21)), password(22)];
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      data: { imap: packed },
      stringData: { smtp: plain, user: "app" },
    };
    const pod = { kind: "Pod", spec: { containers: [{ env: [{ name: "DB_PASSWORD", value: variable }] }] } };
    const list = { apiVersion: "v1", kind: "List", items: [pod, secret] };
    const text = `${JSON.stringify(list, undefined, space)}\n`;
    expect(read(kubernetesManifest, text, "srv/k8s/app-secret.json")).toMatchObject([
      { value: variable, start: text.indexOf(variable), severity: "error", key: "DB_PASSWORD" },
      { value: packed, start: text.indexOf(packed), severity: "error" },
      { value: plain, start: text.indexOf(plain), severity: "error" },
    ]);
  });

  test.each([
    ["of another kind", JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", data: { smtp: base64(password(20)) } })],
    ["that is sealed", JSON.stringify({ apiVersion: "v1", kind: "SealedSecret", data: { smtp: password(20) } })],
    [
      "that is a user's name",
      JSON.stringify({ apiVersion: "v1", kind: "Secret", stringData: { username: password(20) } }),
    ],
    ["of what is no manifest", JSON.stringify({ kind: "Secret", data: { smtp: base64(password(20)) } })],
    ["of what is no JSON", `{"apiVersion":"v1","kind":"Secret","stringData":{"smtp":"${password(20)}"}`],
    ["that is a number", JSON.stringify({ apiVersion: "v1", kind: "Secret", data: { a: 12345678, b: null } })],
    ["that is very deep", `{"apiVersion":"v1","a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
  ])("a value in JSON %s is passed over", (_, text) => {
    expect(read(kubernetesManifest, text, "srv/k8s/app-secret.json")).toEqual([]);
  });

  test("does not look at other files", () => {
    expect(read(kubernetesManifest, "", "srv/app/settings.yaml")).toBeUndefined();
    // of JSON, which every folder has, the file's own name has to say it
    expect(read(kubernetesManifest, "", "srv/k8s/package.json")).toBeUndefined();
  });
});
