import { isNoEmulatorKey } from "../judge/known-sample.ts";
import { mountIt, tokenRule } from "../judge/token.ts";

export const azureKey = tokenRule({
  id: "azure-key",
  title: "A key of Azure",
  severity: "error",
  what: "Keys of Azure storage accounts, Service Bus, Event Hubs, IoT, Cosmos DB and App Configuration in connection strings; client secrets of Entra ID (`…8Q~…`); personal tokens of Azure DevOps (with `AZDO` in it).",
  why: "An account's key opens all that the account holds, for as long as nobody rotates it.",
  remedy: `Rotate the key in the portal (there are two, so that nothing stops), or delete the client's secret. ${mountIt}`,
  forms: [
    {
      what: "the key of an Azure storage account",
      literals: ["AccountKey="],
      pattern: /AccountKey=([A-Za-z0-9+/]{86}==)(?![A-Za-z0-9+/=])/y,
      bits: 4.5,
      check: isNoEmulatorKey,
    },
    {
      what: "the key of an Azure storage account",
      literals: ["AZURE_STORAGE_K", "AZURE_STORAGE_A"],
      pattern:
        /(?:AZURE_STORAGE_(?:ACCOUNT_|ACCESS_)?KEY|account_?[kK]ey)["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}([A-Za-z0-9+/]{86}==)(?![A-Za-z0-9+/=])/y,
      bits: 4.5,
      check: isNoEmulatorKey,
    },
    {
      what: "a shared access key of Azure",
      literals: ["SharedAccessKey="],
      pattern: /SharedAccessKey=([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/y,
      bits: 4.2,
    },
    {
      what: "the secret of an Azure App Configuration",
      literals: ["azconfig.io;"],
      pattern: /azconfig\.io;Id=[^;\s]{4,60};Secret=([A-Za-z0-9+/]{36,100}=?)(?![A-Za-z0-9+/=])/y,
      bits: 4.2,
    },
    {
      what: "a client's secret of Entra ID",
      literals: ["7Q~", "8Q~", "9Q~"],
      pattern: /\dQ~[\w~.-]{31,34}(?![\w~.-])/y,
      lead: /(?<![\w~.-])[\w~.-]{3}$/,
      bits: 4,
    },
    {
      what: "a personal token of Azure DevOps",
      literals: ["AZDO"],
      pattern: /AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/y,
      lead: /(?<![A-Za-z0-9])[A-Za-z0-9]{76}$/,
      bits: 4.5,
    },
  ],
});
