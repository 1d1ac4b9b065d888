/** What a credential is sent for: each has hosts of its own that need no policy. */
export type Purpose =
  | "sts"
  /** Signed requests of `doctor` to a bucket. */
  | "s3"
  /** The credentials of a container, by its platform's token. */
  | "container"
  /** GitHub's identity tokens. */
  | "github-identity"
  | "github-api"
  | "octo-sts"
  | "huggingface"
  | "nosana";

/** The ends of AWS's own names, in every partition (the SDKs' partitions.json), dual-stack ones too. */
const awsEnds = [
  "amazonaws\\.com",
  "amazonaws\\.com\\.cn",
  "amazonaws\\.eu",
  "api\\.aws",
  "api\\.amazonwebservices\\.com\\.cn",
  "api\\.amazonwebservices\\.eu",
  "c2s\\.ic\\.gov",
  "sc2s\\.sgov\\.gov",
  "csp\\.hci\\.ic\\.gov",
  "cloud\\.adc-e\\.uk",
].join("|");
const region = "[a-z]{2,4}(?:-[a-z]+)+-\\d{1,2}";

/**
 * By purpose, for under AWS's own ends anybody can have a host (`….execute-api.REGION.amazonaws.com`, a load balancer, a
 * bucket), and so it is under some of the others. An interface endpoint of STS's or S3's (`vpce-ID.SERVICE.REGION.vpce.…`)
 * shows AWS's certificate for that service; one of a customer's own service has another name.
 */
const patterns: Readonly<Record<Purpose, readonly string[]>> = {
  sts: [
    "sts\\.amazonaws\\.com",
    `sts(?:-fips)?\\.${region}\\.(?:${awsEnds})`,
    `vpce-[a-z0-9-]+\\.sts\\.${region}\\.vpce\\.(?:${awsEnds})`,
  ],
  s3: [
    `(?:[a-z0-9.-]+\\.)?s3(?:-fips|-accelerate|-${region})?(?:\\.dualstack)?(?:\\.${region})?\\.(?:${awsEnds})`,
    `(?:[a-z0-9.-]+\\.)?vpce-[a-z0-9-]+\\.s3\\.${region}\\.vpce\\.(?:${awsEnds})`,
  ],
  // link-local, over plain HTTP (AWS SDKs, container provider): ECS, and EKS's agent
  container: ["169\\.254\\.170\\.2", "169\\.254\\.170\\.23", "\\[fd00:ec2::23\\]"],
  "github-identity": ["[a-z0-9.-]+\\.actions\\.githubusercontent\\.com"],
  // GitHub Enterprise Cloud with data residency is on ghe.com
  "github-api": ["api\\.github\\.com", "api\\.[a-z0-9-]+\\.ghe\\.com"],
  "octo-sts": ["octo-sts\\.dev"],
  huggingface: ["huggingface\\.co"],
  // Nosana's public secret managers (docs.nosana.io "Nosana's Secret Managers"; the presets of nosana-sdk)
  nosana: ["secrets\\.nosana\\.ci", "secrets\\.k8s\\.prd\\.nos\\.ci", "secrets\\.k8s\\.dev\\.nos\\.ci"],
};

/** Whether a credential may go to this host for this purpose, whoever names it. */
export function isBuiltIn(hostname: string, purpose: Purpose): boolean {
  return patterns[purpose].some((pattern) => new RegExp(`^(?:${pattern})$`, "i").test(hostname));
}
