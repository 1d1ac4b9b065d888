import { fileRule } from "./judge/file.ts";

/** A client's key is in base64 of PEM: the rule for private keys reads that, here and anywhere else. */
export const kubeconfig = fileRule({
  id: "kubeconfig",
  title: "A login in a kubeconfig",
  severity: "error",
  what: "Tokens and passwords of users in a kubeconfig. Its client keys are found as private keys, and tokens of service accounts as JSON Web Tokens.",
  why: "It acts in the cluster as its user, often as an administrator.",
  remedy: "Revoke the token or the user's certificate, and mount a kubeconfig into the step that needs one.",
  place:
    /(?:^|\/)(?:\.kube\/[^/]{1,80}|etc\/kubernetes\/[^/]{1,60}\.conf|rancher\/(?:k3s|rke2)\/[^/]{1,40}\.yaml)$|kubeconfig[^/]{0,20}$/,
  forms: [
    {
      what: "a login in a kubeconfig",
      pattern:
        /^[ \t]{0,24}(?<key>token|password|refresh-token|id-token|client-secret):[ \t]{1,8}["']?(?<value>[^\s"']{4,8000})/gm,
    },
    {
      what: "a login in a kubeconfig",
      pattern:
        /"(?<key>token|password|refresh-token|id-token|client-secret)"\s{0,8}:\s{0,8}"(?<value>[^"\s]{4,8000})"/g,
    },
  ],
});
