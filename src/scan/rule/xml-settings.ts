import { fileRule } from "./judge/file.ts";

const names =
  "(?:[\\w.-]{0,60}[._-])?(?:[pP]assword|passwd|passphrase|pwd|[sS]ecret(?:[._-]?[kK]ey)?|[tT]oken|[aA]pi[._-]?[kK]ey|access[._-]key)|[a-zA-Z]{0,30}(?:Password|Passwd|Secret|Token|ApiKey)|(?:keystore|truststore|key)Pass";
const value = "(?<value>[^\"'<>\\s$#{][^\"'<>\\s]{3,4000})";

const severities = { weak: "warning", word: "warning", random: "error" } as const;

/** Only where settings lie: such names stand in schemas and in layouts of pages, too. */
export const xmlSettings = fileRule({
  id: "xml-settings",
  title: "A password in settings in XML",
  severity: "error",
  what: "Passwords, tokens and keys as attributes, elements and properties in `web.config`, Tomcat's `tomcat-users.xml`, `context.xml` and `server.xml`, Hadoop's `*-site.xml`, Hibernate's, Spring's, WildFly's and Log4j's settings, FileZilla's sites.",
  why: "Such a file is copied with the application that it belongs to, and opens its databases and consoles.",
  remedy: "Change the password, and let the application read it from a variable or a mounted file.",
  place:
    /(?:^|\/)(?:[wW]eb[^/]{0,30}\.config|[aA]pp\.config|[^/]{1,80}\.(?:exe|dll)\.config|tomcat-users\.xml|context\.xml|server\.xml|hibernate[^/]{0,20}\.xml|persistence\.xml|(?:standalone|domain|host)[^/]{0,20}\.xml|(?:core|hdfs|hive|yarn|hbase|ranger)[^/]{0,30}-site\.xml|applicationContext[^/]{0,30}\.xml|beans\.xml|[^/]{1,40}-ds\.xml|log(?:4j2?|back)[^/]{0,20}\.xml|sitemanager\.xml)$/,
  comment: ["<!--", "-->"],
  forms: [
    {
      what: "a password in settings in XML",
      pattern: new RegExp(String.raw`\s(?<key>${names})\s{0,4}=\s{0,4}["']${value}["']`, "g"),
      // The name of an assembly.
      unless: /publicKeyToken/,
      severities,
    },
    {
      what: "a password in settings in XML",
      pattern: new RegExp(String.raw`<(?<key>${names})(?:\s[^<>]{0,60})?>\s{0,40}${value}\s{0,40}<\/`, "g"),
      severities,
    },
    {
      what: "a password in settings in XML",
      pattern: new RegExp(
        String.raw`<(?:property|add|param|entry|setting)\s[^<>]{0,40}?(?:name|key)="(?<key>${names})"(?:\s{1,20}value="|>\s{0,40}(?:<value>)?)${value}`,
        "g",
      ),
      severities,
    },
    {
      what: "a password in settings in XML",
      pattern: new RegExp(String.raw`<name>(?<key>${names})<\/name>\s{0,80}<value>\s{0,20}${value}`, "g"),
      severities,
    },
    {
      what: "a machine key of ASP.NET",
      pattern: /\s(?<key>validationKey|decryptionKey)="(?<value>[0-9A-Fa-f]{32,128})"/g,
      severities: { random: "error" },
    },
    {
      what: "a password of FileZilla",
      pattern: /<(?<key>Pass)(?: encoding="base64")?>(?<value>[^<>\s]{4,400})<\/Pass>/g,
    },
  ],
});
