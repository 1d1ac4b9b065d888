import { isNoEmulatorKey } from "../judge/known-sample.ts";
import { mountIt, tokenRule } from "../judge/token.ts";

export const azureKey = tokenRule({
  id: "azure-key",
  title: "A key of Azure",
  severity: "error",
  what: "Keys of Azure storage accounts, Service Bus, Event Hubs, IoT, Cosmos DB and App Configuration in connection strings; client secrets of Entra ID (`…8Q~…`); personal tokens of Azure DevOps (with `AZDO` in it); and by themselves the keys in which Azure marks whose they are (`+ASt`, `ACDb`, `+ACR`, `JQQJ99` …).",
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
      // https://github.com/microsoft/security-utilities: each has its service's mark at a fixed place
      what: "a key of an Azure storage account, Cosmos DB, Batch or API management",
      literals: ["+ASt", "ACDb", "+ABa", "APIM"],
      pattern: /(?:\+ASt|ACDb|\+ABa|APIM)[A-Za-z0-9+/]{5}[AQgw]==(?![A-Za-z0-9+/=])/y,
      lead: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{76}$/,
      bits: 4.5,
      check: isNoEmulatorKey,
    },
    {
      what: "a key of Azure Service Bus, Event Hubs, Relay, IoT or Redis",
      literals: ["+ASb", "+AEh", "+ARm", "AIoT", "AzCa"],
      pattern: /(?:\+ASb|\+AEh|\+ARm|AIoT|AzCa)[A-P][A-Za-z0-9+/]{5}=(?![A-Za-z0-9+/=])/y,
      lead: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{33}$/,
      bits: 4.2,
    },
    {
      what: "a password of an Azure container registry, or a key of Azure Search",
      literals: ["+ACR", "AzSe"],
      pattern: /(?:\+ACR|AzSe)[A-D][A-Za-z0-9]{5}(?![A-Za-z0-9+/=])/y,
      lead: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{42}$/,
      bits: 4.2,
    },
    {
      what: "a key of Azure Functions",
      literals: ["AzFu"],
      pattern: /AzFu[\w-]{5}[AQgw]==(?![\w=-])/y,
      lead: /(?<![\w-])[\w-]{44}$/,
      bits: 4.2,
    },
    {
      what: "a key of Azure's AI and other services",
      literals: ["JQQJ99"],
      pattern: /JQQJ99(?![A-Za-z0-9]{18}AZDO)[A-Za-z0-9]{26}(?![A-Za-z0-9])/y,
      lead: /(?<![A-Za-z0-9])[A-Za-z0-9]{52}$/,
      bits: 4.5,
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
