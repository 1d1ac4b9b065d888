import { mountIt, tokenRule } from "../judge/token.ts";

/**
 * Swarm: https://github.com/moby/swarmkit/blob/master/ca/config.go (`SWMTKN-1-`, the digest of the root in base 36, a secret
 * in base 36) and `manager/encryption/encryption.go` (`SWMKEY-1-`, 32 bytes in base64). K3s and RKE2 write `K10`, the digest
 * of their certificate, a name and a password: https://docs.k3s.io/cli/token.
 */
export const clusterToken = tokenRule({
  id: "cluster-token",
  title: "A token that joins or unlocks a cluster",
  severity: "error",
  what: "Join tokens and unlock keys of Docker Swarm (`SWMTKN-1-…`, `SWMKEY-1-…`), tokens of servers and nodes of K3s and RKE2 (`K10…::server:…`).",
  why: "Whoever joins as a manager or a server administers the cluster, and sees every secret in it.",
  remedy: `Rotate it (\`docker swarm join-token --rotate\`, \`k3s token rotate\`). ${mountIt}`,
  forms: [
    {
      what: "a join token of Docker Swarm",
      literals: ["SWMTKN-1-"],
      pattern: /SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}(?![A-Za-z0-9])/y,
      bits: 3.5,
    },
    {
      what: "the key that unlocks a Docker Swarm",
      literals: ["SWMKEY-1-"],
      pattern: /SWMKEY-1-[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/=])/y,
      bits: 4,
    },
    {
      what: "a token of K3s or RKE2",
      literals: ["::server:", "::node:"],
      pattern: /::(?:server|node):[a-f0-9]{32}(?![A-Za-z0-9])/y,
      lead: /(?<![A-Za-z0-9])K10[a-f0-9]{64}$/,
    },
  ],
});
