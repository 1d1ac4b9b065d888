/** The commands: how each is called, and in one line what it does. Each is a program of its own (`entry/`). */
export const commands = {
  build: {
    usage: "build [--seal-… flags] [any docker buildx build flag] PATH | URL | -",
    says: "docker buildx build with short-lived secrets on the steps that need them",
  },
  run: {
    usage: "run [--seal-… flags] [any docker run flag] IMAGE [COMMAND…]",
    says: "docker run with short-lived secrets in the container, as files that stay fresh",
  },
  rewrite: {
    usage: "rewrite [FILE | FOLDER | -]… [--diff | --check | --write | --output FILE]",
    says: "puts the mounts of grants into Dockerfiles and templates, or migrates what is there",
  },
  lint: {
    usage: "lint [FILE | FOLDER | GLOB | -]…",
    says: "finds what goes wrong with credentials in Dockerfiles and CI files",
  },
  "scan-image": {
    usage: "scan-image [OPTIONS] IMAGE",
    says: "finds what looks like a secret in an image, wherever in it, and what wrote it",
  },
  doctor: {
    usage: "doctor [--with RECIPE,…] [--dry-run]",
    says: "checks identity, secrets, bucket and builder before a build needs them",
  },
  policy: {
    usage: "policy check [FOLDER]",
    says: "shows what a checkout asks for against what the policy allows",
  },
  explain: {
    usage: "explain [RULE]",
    says: "what a rule means, why it matters, and what to do instead",
  },
} as const;
