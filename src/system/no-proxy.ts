import { BlockList, isIP } from "node:net";

/**
 * Whether NO_PROXY says of an address that no proxy is to be gone through, as curl and Go read it: names and what ends with
 * them (with a dot or `*.` before them or not, a dot at the end or not), addresses, ranges (`10.0.0.0/8`), each with a port or not; `*` is everything.
 * Entries are separated by commas or blanks.
 */
export function isExempt({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, "").toLowerCase();
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).some((entry) => entry !== "" && covers(entry.toLowerCase(), host, ownPort));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  // an address of IPv6 has a port only behind brackets
  const isBare = entry.split(":").length > 2 && !entry.startsWith("[");
  const [, name = entry, wantedPort] = isBare ? [] : (/^\[?([^\]:]+|[^\]]+(?=\]))\]?(?::(\d+))?$/.exec(entry) ?? []);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (isIP(host) !== 0) return name.includes("/") ? isInRange(host, name) : isSameAddress(host, name);
  const end = name.replace(/^\*?\.|\.$/g, "");
  return host === end || host.endsWith(`.${end}`);
}

function isInRange(address: string, range: string): boolean {
  const [net = "", bits = ""] = range.split("/");
  const kind = isIP(net);
  if (kind === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (kind === 4 ? 32 : 128)) return false;
  // BlockList takes an address of IPv4 for one of IPv6, too
  if (kind === 6 && isIP(address) === 4) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(bits), familyOf(kind));
  return list.check(address, familyOf(isIP(address)));
}

function isSameAddress(address: string, other: string): boolean {
  return isInRange(address, `${other}/${isIP(other) === 6 ? 128 : 32}`);
}

const familyOf = (kind: number): "ipv4" | "ipv6" => (kind === 6 ? "ipv6" : "ipv4");
