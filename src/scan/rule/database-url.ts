import { lengthOnly } from "../../finding/redact.ts";
import { type ContentRule, matchAt, type RuleText } from "../rule.ts";
import { severityIn } from "./judge/severity.ts";
import { gradeOf } from "./judge/value.ts";

const schemes = [
  "postgres",
  "postgresql",
  "mysql",
  "mariadb",
  "mongodb",
  "mongodb+srv",
  "redis",
  "rediss",
  "amqp",
  "amqps",
  "sqlserver",
  "mssql",
  "clickhouse",
  "cassandra",
  "nats",
  "kafka",
];
const address = /[a-z+]{4,12}:\/\/([^\s:@/"'<>`\\]{0,128}):([^\s@/"'<>`\\]{1,200})@([^\s/"'<>`?#\\]{1,200})/y;
/** `jdbc:…?user=…&password=…`, and the connection strings of .NET. */
const parameters = /jdbc:[^\s"'<>`]{4,300}?[?;&]password=([^\s"'<>`;&\\]{1,200})/iy;
const connection =
  /(?:Server|Data Source|Host)=([^;"'\n]{1,200});(?:[^"'\n]{0,300};)?(?:Password|Pwd)=([^;"'\s\\]{1,200})/iy;
const nobody =
  /^(?:127\.|0\.0\.0\.0|\[?::1|\(local|(?:localhost|\.{1,3}|\xe2\x80\xa6|host|hostname|server|db|database|postgres|postgresql|mysql|mariadb|mongo|mongodb|redis|rabbitmq|cache|[\w.-]{1,60}\.(?:example|test|invalid|local|localdomain))(?:[:,\\]|$)|(?:your|my)[-_.]?|[\w.-]{0,60}example)/i;

export const databaseUrl: ContentRule & RuleText = {
  id: "database-url",
  title: "The password of a database in its address",
  severity: "error",
  what: "`postgres://user:password@host` and its like for MySQL, MongoDB, Redis, AMQP, SQL Server, ClickHouse and NATS; `jdbc:` addresses and .NET connection strings with a password. Local hosts, and what may be a word, are lower.",
  why: "It opens the database for whoever reaches it, with all that the user may do.",
  remedy: "Change the password, and give the address to the program when it runs, or to the step as a secret mount.",
  literals: [...schemes.map((scheme) => `${scheme}://`), "jdbc:", "Server=", "Data Source="],
  before: 16,
  after: 640,
  judge: (text, at, context) => {
    const url = matchAt(address, text, at);
    const [, , password, host] = url ?? [];
    const match = url ?? matchAt(parameters, text, at) ?? matchAt(connection, text, at);
    if (match === undefined) return undefined;
    const value = password ?? match[2] ?? match[1]!;
    const server = host ?? (match[2] === undefined ? hostOf(match[0]) : match[1]!);
    const grade = gradeOf(value);
    if (grade === "nothing" || /[{}$%()]/.test(value.slice(0, 2)) || value.toLowerCase() === url?.[1]?.toLowerCase()) {
      return undefined;
    }
    const isNobody = nobody.test(server);
    if (grade === "weak" && isNobody) return undefined;
    const severity = grade === "random" ? "error" : grade === "word" ? "warning" : "info";
    const start =
      match.index +
      match[0].lastIndexOf(value, host === undefined ? undefined : match[0].length - host.length - 1 - value.length);
    return {
      start,
      end: start + value.length,
      value,
      severity: severityIn(context, severity, isNobody),
      what: "the password of a database in its address",
      redacted: lengthOnly(value.length),
      key: server.replace(/:\d+$/, ""),
    };
  },
};

function hostOf(address: string): string {
  return /:\/\/([^/;?]{1,200})/.exec(address)?.[1] ?? "";
}
