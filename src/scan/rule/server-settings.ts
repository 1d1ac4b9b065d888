import { fileRule } from "./judge/file.ts";

/** As these programs come: what nobody changed is no secret. */
const delivered = /^(?:SW2YcwTIb9zpOOhoPsMm|foobared|Passw0rd|proxypassword)$/;

/** A word may be what everybody who tries the server out is told to write. */
const severities = { weak: "warning", word: "warning", random: "error" } as const;

export const serverSettings = fileRule({
  id: "server-settings",
  title: "A password in the settings of a server",
  severity: "error",
  what: "Passwords in the settings of Grafana, Odoo, Redis, RabbitMQ, Postfix (`sasl_passwd`), OpenLDAP, SSSD, msmtp, PPP and IPsec, under the names that each of them gives them.",
  why: "It opens the server, or another that the server logs in to, for whoever reaches it.",
  remedy: "Change the password, and mount the file (or give the variable that the server reads instead) where it runs.",
  place:
    /(?:^|\/)(?:grafana\.ini|(?:odoo|openerp-server)\.conf|redis[^/]{0,40}\.conf|rabbitmq\.conf|sasl_passwd|sssd\.conf|pam_ldap\.conf|nslcd\.conf|ldap\.conf|\.?msmtprc|(?:chap|pap)-secrets|ipsec\.secrets)$/,
  forms: [
    {
      what: "a password in the settings of a server",
      pattern:
        /^[ \t]{0,8}(?<key>admin_passw(?:or)?d|db_password|secret_key|client_secret|bind_password|password|default_pass|ldap_default_authtok)[ \t]{0,8}=[ \t]{0,8}["']{0,3}(?<value>[^\s"';#][^\s"';]{3,400})["']{0,3}[ \t]{0,8}$/gm,
      reference: delivered,
      severities,
    },
    {
      what: "a password in the settings of a server",
      pattern:
        /^[ \t]{0,8}(?<key>requirepass|masterauth|bindpw|password)[ \t]{1,8}["']?(?<value>[^\s"'=]{4,400})["']?$/gm,
      reference: delivered,
      severities,
    },
    {
      what: "a password for a mail server",
      pattern: /^(?<key>\[?[\w.-]{3,120}\]?(?::\w{2,12})?)[ \t]{1,40}[^\s:]{1,120}:(?<value>[^\s:]{4,400})$/gm,
      severities,
    },
    {
      what: "a password of a tunnel",
      pattern:
        /^[^#\n"]{0,120}(?:"[^"\n]{1,80}"[^#\n"]{0,80}|:[ \t]{0,8}(?<key>PSK|XAUTH|EAP)[ \t]{1,8})"(?<value>[^"\n]{4,200})"/gm,
      severities,
    },
  ],
});
