import { mountIt, tokenRule } from "../judge/token.ts";

export const databaseServiceKey = tokenRule({
  id: "database-service-key",
  title: "A key of a database service",
  severity: "error",
  what: "Passwords of Aiven's services (`AVNS_…`), keys of ClickHouse Cloud (`4b1d…`), CockroachDB Cloud (`CCDB1_…`), and secrets of MongoDB Atlas' service accounts (`mdb_sa_sk_…`).",
  why: "It reads the data, or administers the databases that hold it.",
  remedy: `Reset the password or delete the key where it was made. ${mountIt}`,
  forms: [
    {
      what: "the password of an Aiven service",
      literals: ["AVNS_"],
      pattern: /AVNS_[\w-]{19}(?![\w-])/y,
      bits: 3.5,
      holds: [/[a-z]/, /[A-Z]/],
    },
    {
      what: "a key of ClickHouse Cloud",
      literals: ["4b1d"],
      pattern: /4b1d[A-Za-z0-9]{38}(?![A-Za-z0-9+/=])/y,
      bits: 4.2,
      holds: [/[g-z]/, /[G-Z]/, /\d/],
    },
    {
      what: "a key of CockroachDB Cloud",
      literals: ["CCDB1_"],
      pattern: /CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}(?![A-Za-z0-9])/y,
      bits: 4,
    },
    {
      what: "the secret of a service account of MongoDB Atlas",
      literals: ["mdb_sa_sk_"],
      pattern: /mdb_sa_sk_[\w-]{40}(?![\w-])/y,
      bits: 4,
    },
  ],
});
