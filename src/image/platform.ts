type Platform = { readonly os: string; readonly architecture: string; readonly variant: string };

/** As an image's documents write it; undefined where the system or the architecture is left out. */
export function platformText(os: unknown, architecture: unknown, variant: unknown): string | undefined {
  const [first, second, third] = [os, architecture, variant].map((part) => (typeof part === "string" ? part : ""));
  if (!first || !second) return undefined;
  return third ? `${first}/${second}/${third}` : `${first}/${second}`;
}

/**
 * Whether an engine that is told `wanted` may take what says that it is for `platform`. `wanted` without a variant means every
 * variant; a word alone is a system or an architecture.
 */
export function isPlatform(platform: string, wanted: string): boolean {
  const is = normalized(platform);
  if (!wanted.includes("/")) {
    const { os } = normalized(wanted);
    return is.os === os || is.architecture === normalized(`any/${wanted}`).architecture;
  }
  const asked = normalized(wanted);
  const isAnyVariant = wanted.split("/").length < 3;
  return is.os === asked.os && is.architecture === asked.architecture && (isAnyVariant || is.variant === asked.variant);
}

/** BuildKit's platform of what is no image, so that no engine takes it for one. */
export function isUnknownPlatform(platform: string): boolean {
  const { os, architecture } = normalized(platform);
  return os === "unknown" && architecture === "unknown";
}

/** Many names of a platform are one. Source: containerd/platforms, database.go. */
function normalized(platform: string): Platform {
  const [system = "", architecture = "", variant = ""] = platform.toLowerCase().split("/");
  const os = system === "macos" ? "darwin" : system;
  switch (architecture) {
    case "i386":
      return { os, architecture: "386", variant: "" };
    case "x86_64":
    case "x86-64":
    case "amd64":
      return { os, architecture: "amd64", variant: variant === "v1" ? "" : variant };
    case "aarch64":
    case "arm64":
      return { os, architecture: "arm64", variant: arm64Variants[variant] ?? variant };
    case "armhf":
      return { os, architecture: "arm", variant: "v7" };
    case "armel":
      return { os, architecture: "arm", variant: "v6" };
    case "arm":
      return { os, architecture, variant: armVariants[variant] ?? variant };
    default:
      return { os, architecture, variant };
  }
}

const arm64Variants: Readonly<Record<string, string>> = {
  "8": "",
  v8: "",
  "v8.0": "",
  "9": "v9",
  "9.0": "v9",
  "v9.0": "v9",
};
const armVariants: Readonly<Record<string, string>> = { "": "v7", "5": "v5", "6": "v6", "7": "v7", "8": "v8" };
