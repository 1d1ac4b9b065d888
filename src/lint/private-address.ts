import type { Need } from "./consumer.ts";

/** A need that an address tells: `possibly` where such a place may be open to all in its network. */
export type AddressNeed = Pick<Need, "says" | "instead" | "served"> & { readonly possibly: boolean };

const PIP: Pick<Need, "instead" | "served"> = {
  instead:
    "RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true at this step (pip and uv read it by themselves)",
  served: /netrc|pip[._-]?conf|pypi|index|keyring|artifactory|codeartifact|token|password|credential|login|secret/i,
};
const GIT: Pick<Need, "instead" | "served"> = {
  instead: "RUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true at this step",
  served: /netrc|git|token|password|credential|login|secret/i,
};

const CARGO: Pick<Need, "instead" | "served"> = {
  instead: "RUN --mount=type=secret,id=cargo-token,env=CARGO_REGISTRIES_<NAME>_TOKEN,required=true at this step",
  served: /cargo|credential|token|netrc|ssh/i,
};
const HF: Pick<Need, "instead" | "served"> = {
  instead: "RUN --mount=type=secret,id=hf-token,target=/root/.cache/huggingface/token,required=true at this step",
  served: /^hf|hugging|token/i,
};

const CARGO_FETCHES = /^(?:b|build|t|test|r|run|c|check|clippy|fetch|install|update|generate-lockfile|vendor|add)\b/;
/** Models that are given to nobody without a login. */
const GATED = /^(?:meta-llama\/|google\/gemma)/i;

const INSTALLS = /^(?:(?:pip )?(?:install|download|wheel|sync|compile|lock)|add)\b/;
const INDEX_OPTION = /^(?:-i|--(?:extra-)?index-url|--(?:default-)?index)$/;

/** What `pip install --index-url https://…` and `git clone https://…` need, by the address alone. */
export function addressNeed(program: string, words: readonly string[]): AddressNeed | undefined {
  if (/^python[\d.]*$/.test(program) && words[0] === "-m" && words[1] === "pip") {
    return addressNeed("pip", words.slice(2));
  }
  const plain = words.filter((word) => !word.startsWith("-"));
  if (program === "git") {
    if (plain[0] !== "clone" || !plain.some((word) => isInternal(addressOf(word)))) return undefined;
    return { ...GIT, says: "The repository lies on a private host, which possibly needs a login", possibly: true };
  }
  if (program === "cargo") {
    const at = words.findIndex((word) => /^--registry(?:=|$)/.test(word));
    const registry = words[at]?.includes("=") ? words[at]!.split("=")[1] : words[at + 1];
    const start = plain.filter((word) => !word.startsWith("+")).join(" ");
    if (at < 0 || !CARGO_FETCHES.test(start) || registry === undefined || registry === "crates-io") return undefined;
    return { ...CARGO, says: "A registry of one's own possibly needs a login", possibly: true };
  }
  if (program === "hf" || program === "huggingface-cli") {
    const isGated = plain[0] === "download" && GATED.test(plain[1] ?? "");
    if (!isGated || words.some((word) => word.startsWith("--token"))) return undefined;
    return { ...HF, says: "The model is given to nobody without a Hugging Face token", possibly: false };
  }
  if (!/^(?:pip[\d.]*|uv)$/.test(program) || !INSTALLS.test(plain.join(" ").slice(0, 300))) return undefined;
  const addresses = indexesIn(words).map(addressOf);
  if (addresses.some((address) => address?.host.includes(".codeartifact."))) {
    return { ...PIP, says: "An index of CodeArtifact needs a login", possibly: false };
  }
  if (!addresses.some((address) => isInternal(address) || COMPANY_PATH.test(address?.path ?? ""))) return undefined;
  return { ...PIP, says: "The package index is a company's own, which possibly needs a login", possibly: true };
}

/** `--index-url URL`, `--index-url=URL`, `--index name=URL` */
function indexesIn(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const equals = word.indexOf("=");
    if (word.startsWith("-") && equals > 0)
      return INDEX_OPTION.test(word.slice(0, equals)) ? [word.slice(equals + 1)] : [];
    const next = INDEX_OPTION.test(word) ? words[at + 1] : undefined;
    return next === undefined ? [] : [next.replace(/^[\w-]+=(?=http)/, "")];
  });
}

type Address = { readonly host: string; readonly path: string };

/** undefined: none, or one that has a login or a variable in it. */
function addressOf(text: string): Address | undefined {
  const found = /^https?:\/\/([\w.-]{1,255})(?::\d{1,5})?(\/[^\s@$]{0,1000})?$/.exec(text.slice(0, 1500));
  return found === null ? undefined : { host: found[1]!.toLowerCase(), path: found[2] ?? "" };
}

/** Where the package servers that companies run keep their indexes. */
const COMPANY_PATH = /^\/(?:artifactory\/)?api\/pypi\/|\/api\/v4\/(?:projects|groups)\/|\/_packaging\//;

/** Names that only a private network has. */
function isInternal(address: Address | undefined): boolean {
  return address !== undefined && /\.(?:internal|corp|intranet|intra|private|lan)$/.test(address.host);
}
