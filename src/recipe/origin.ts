/** `https://example.com:8443` from a host with or without its scheme. */
export function originOf(host: string): string {
  const text = host.replace(/\/$/, "");
  return text.includes("://") ? text : `https://${text}`;
}

export function hostOf(address: string): string {
  return address.replace(/^[a-z]+:\/\//, "").replace(/\/.*$/, "");
}

export function isLoopback(address: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(hostOf(address));
}

/** A word on an address to which a consumer would send a credential in the clear. */
export function clearNotices(addresses: readonly string[]): string[] {
  return addresses
    .filter((address) => /^(?:http|redis):\/\//.test(address) && !isLoopback(address))
    .map((address) => `${address} is not encrypted: whoever is on the way reads the credential`);
}
