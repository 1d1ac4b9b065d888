import type { FileForm } from "./file.ts";

/** Files of commands, by the names that they have. */
export const script =
  /(?:^|\/)(?:[^/]{1,120}\.(?:sh|bash|zsh|ksh|ps1)|(?:Docker|Container|Make|Jenkins|Earth|Vagrant)file[^/]{0,30}|[^/]{1,60}\.(?:[Dd]ockerfile|mk)|\.gitlab-ci\.yml|\.travis\.yml|bitbucket-pipelines\.yml|azure-pipelines[^/]{0,20}\.yml|\.circleci\/config\.yml|\.github\/workflows\/[^/]{1,80}|(?:docker-)?entrypoint|crontab|cron\.(?:d|daily|hourly|weekly|monthly)\/[^/]{1,80}|crontabs\/[^/]{1,80})$/;

const what = "a login on a command line";
/** Not what begins like the next option. */
const value = String.raw`["']?(?<value>[^\s"'-][^\s"']{3,4000})`;
/** To the end of the command, or as far as one is read. */
const more = (most: number) => String.raw`(?:(?!&&)[^\n;|]){0,${most}}?`;
const form = (pattern: string): FileForm => ({ what, pattern: new RegExp(pattern, "g") });

/** An option of that name: what it is depends on the command. */
const namedOption = form(
  String.raw`(?<key>--(?:http-)?(?:password|passwd|pass|token|api-key|secret|access-token|auth-token|client-secret|secret-key))\s{1,24}${value}`,
);

/** Commands that take nothing but a secret there. */
export const loginForms: readonly FileForm[] = [
  form(
    String.raw`\b(?<key>curl|wget|http)\b${more(300)}\s(?:-u|--user)[ =]?["']?[^\s:"'@/]{1,100}:(?<value>[^\s"']{4,400})`,
  ),
  form(String.raw`\b(?<key>sshpass)\s{1,24}-p\s{0,4}["']?(?<value>[^\s"']{3,400})`),
  form(String.raw`\s(?<key>login)(?=\s)${more(200)}\s-p[ =]?${value}`),
  form(
    String.raw`(?<![\w./-])(?:\/usr\/bin\/)?(?<key>mysql|mysqldump|mariadb|mysqladmin)\s${more(200)}(?<=\s)-p(?<value>[^\s"'-][^\s"']{3,200})`,
  ),
  form(String.raw`\b(?<key>mysqladmin)\s${more(100)}\spassword\s{1,24}${value}`),
  form(String.raw`\b(?<key>redis-cli)\s${more(100)}-a[ =]?${value}`),
  form(
    String.raw`\bmc\s${more(40)}(?:alias set|config host add)\s{1,24}(?<key>\S{1,60})\s{1,24}["']?https?:\/\/\S{1,200}\s{1,24}\S{3,128}\s{1,24}${value}`,
  ),
  form(
    String.raw`\becho\s{1,24}(?:-\w{1,3}\s{1,24})?["']?(?<key>[\w.-]{1,32}):(?<value>[^\s"'|]{3,200})["']?\s{0,4}\|\s{0,4}\S{0,20}\s?\S{0,20}chpasswd`,
  ),
  form(
    String.raw`\becho\s{1,24}(?:-\w{1,3}\s{1,24})?["']?(?<value>[^\s"'|]{4,4000})["']?\s{0,4}\|\s{0,4}(?<key>\S{1,30})\s[^\n|;&]{0,200}?--(?:password-stdin|stdin|with-token)\b`,
  ),
  form(
    String.raw`\b(?<key>htpasswd)\s{1,24}-\w{0,6}b\w{0,6}(?:\s{1,24}[^\s;&|]{1,200}){1,3}?\s{1,24}["']?(?<value>[^\s"'-][^\s"']{3,200})["']?(?=\s{0,4}(?:[|;&>\n]|$))`,
  ),
  form(String.raw`\s-(?<key>(?:src|dest)?(?:storepass|keypass))\s{1,24}${value}`),
  form(String.raw`\s-(?<key>pass(?:in|out)?)\s{1,24}["']?pass:(?<value>[^\s"']{4,400})`),
  form(
    String.raw`\b(?<key>composer|poetry)\s${more(60)}(?:http-basic\.\S{1,120}\s{1,24}\S{1,100}|(?:github-oauth|gitlab-token|bearer|pypi-token)\.\S{1,120})\s{1,24}${value}`,
  ),
  form(String.raw`\b(?<key>nuget)\s${more(300)}\s(?:-p|-Password|-ApiKey|-k)\s{1,24}${value}`),
  form(
    String.raw`\b(?<key>npm|pnpm|yarn)\s${more(40)}config\s${more(200)}_(?:authToken|auth|password)["']?[ =]{1,4}${value}`,
  ),
  form(
    String.raw`\bBUNDLE_(?!BUILD__|LOCAL__|MIRROR__|DISABLE|PLUGINS__)(?<key>[A-Z0-9]+(?:_{2,3}[A-Z0-9]+)+)=["']?(?:[^\s"':]{1,200}:(?!x-oauth-basic))?(?<value>[^\s"':/-][^\s"':/]{3,400})`,
  ),
  form(
    String.raw`\bbundle\s{1,24}config\s{1,24}(?:set\s{1,24})?(?:--?\w{1,10}\s{1,24}){0,2}(?!build\.|local\.|mirror\.)(?<key>[\w-]{1,60}(?:\.[\w-]{1,60}){1,4})\s{1,24}["']?(?:[^\s"':]{1,200}:(?!x-oauth-basic))?(?<value>[^\s"':/-][^\s"':/]{3,400})`,
  ),
];

/** Logins that are given to commands, in a script, a history or the instruction that made a layer. */
export const commandForms: readonly FileForm[] = [namedOption, ...loginForms];

/** A header with an Authorization, or with a key of its own. */
export const header: FileForm = {
  what: "a header with a login",
  pattern:
    /\b(?<key>[Aa]uthorization|[Xx]-[A-Za-z-]{2,30}-?(?:[Tt]oken|[Kk]ey)|PRIVATE-TOKEN|JOB-TOKEN|DEPLOY-TOKEN)["']?:\s{0,4}["']?(?:[Bb]asic|[Bb]earer|[Tt]oken)?\s{0,4}(?<value>[\w.~+/=-]{12,4096})/g,
};
