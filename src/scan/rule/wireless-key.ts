import { fileRule } from "./judge/file.ts";

export const wirelessKey = fileRule({
  id: "wireless-key",
  title: "The key of a wireless network",
  severity: "error",
  what: "`psk` and other passwords in NetworkManager's connections (`*.nmconnection`) and in `wpa_supplicant.conf`.",
  why: "It lets everybody near into the network, and the network's users share it.",
  remedy: "Change the network's key, and write the file when the device is set up instead of into its image.",
  place:
    /(?:^|\/)(?:NetworkManager\/system-connections\/[^/]{1,80}|[^/]{1,80}\.nmconnection|wpa_supplicant[^/]{0,40}\.conf)$/,
  forms: [
    {
      what: "the key of a wireless network",
      pattern:
        /^[ \t]{0,16}(?<key>psk|sae_password|wep-key\d|password|private-key-password)[ \t]{0,4}=[ \t]{0,4}"?(?<value>[^\s"]{8,128})"?[ \t]{0,8}$/gm,
    },
  ],
});
