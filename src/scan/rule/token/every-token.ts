import type { ContentRule, RuleText } from "../../rule.ts";
import { ageKey } from "./age-key.ts";
import { aiServiceKey } from "./ai-service-key.ts";
import { anthropicKey } from "./anthropic-key.ts";
import { artifactoryToken } from "./artifactory-token.ts";
import { atlassianToken } from "./atlassian-token.ts";
import { azureKey } from "./azure-key.ts";
import { brevoKey } from "./brevo-key.ts";
import { ciToken } from "./ci-token.ts";
import { cloudflareToken } from "./cloudflare-token.ts";
import { clusterToken } from "./cluster-token.ts";
import { databaseServiceKey } from "./database-service-key.ts";
import { databricksToken } from "./databricks-token.ts";
import { datadogKey } from "./datadog-key.ts";
import { developerServiceToken } from "./developer-service-token.ts";
import { digitaloceanToken } from "./digitalocean-token.ts";
import { discordToken } from "./discord-token.ts";
import { dockerHubToken } from "./docker-hub-token.ts";
import { githubToken } from "./github-token.ts";
import { gitlabToken } from "./gitlab-token.ts";
import { googleKey } from "./google-key.ts";
import { grafanaToken } from "./grafana-token.ts";
import { herokuKey } from "./heroku-key.ts";
import { huggingfaceToken } from "./huggingface-token.ts";
import { infrastructureToken } from "./infrastructure-token.ts";
import { linearKey } from "./linear-key.ts";
import { mailchimpKey } from "./mailchimp-key.ts";
import { mailgunKey } from "./mailgun-key.ts";
import { newRelicKey } from "./new-relic-key.ts";
import { npmToken } from "./npm-token.ts";
import { nugetKey } from "./nuget-key.ts";
import { observabilityToken } from "./observability-token.ts";
import { openaiKey } from "./openai-key.ts";
import { paymentKey } from "./payment-key.ts";
import { postmanKey } from "./postman-key.ts";
import { pypiToken } from "./pypi-token.ts";
import { rubygemsKey } from "./rubygems-key.ts";
import { salesforceToken } from "./salesforce-token.ts";
import { sendgridKey } from "./sendgrid-key.ts";
import { sentryToken } from "./sentry-token.ts";
import { shopifyToken } from "./shopify-token.ts";
import { slackToken } from "./slack-token.ts";
import { squareToken } from "./square-token.ts";
import { stripeKey } from "./stripe-key.ts";
import { telegramToken } from "./telegram-token.ts";
import { terraformToken } from "./terraform-token.ts";
import { twilioKey } from "./twilio-key.ts";
import { vaultToken } from "./vault-token.ts";
import { workplaceToken } from "./workplace-token.ts";
import { yandexKey } from "./yandex-key.ts";

/** What is known by its own shape, or by its issuer's name beside it. */
export const tokenRules: readonly (ContentRule & RuleText)[] = [
  ageKey,
  aiServiceKey,
  anthropicKey,
  artifactoryToken,
  atlassianToken,
  azureKey,
  brevoKey,
  ciToken,
  cloudflareToken,
  clusterToken,
  databaseServiceKey,
  databricksToken,
  datadogKey,
  developerServiceToken,
  digitaloceanToken,
  discordToken,
  dockerHubToken,
  githubToken,
  gitlabToken,
  googleKey,
  grafanaToken,
  herokuKey,
  huggingfaceToken,
  infrastructureToken,
  linearKey,
  mailchimpKey,
  mailgunKey,
  newRelicKey,
  npmToken,
  nugetKey,
  observabilityToken,
  openaiKey,
  paymentKey,
  postmanKey,
  pypiToken,
  rubygemsKey,
  salesforceToken,
  sendgridKey,
  sentryToken,
  shopifyToken,
  slackToken,
  squareToken,
  stripeKey,
  telegramToken,
  terraformToken,
  twilioKey,
  vaultToken,
  workplaceToken,
  yandexKey,
];
