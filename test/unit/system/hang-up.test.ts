import { expect, test } from "vitest";
import { ignoresHangUp } from "../../../src/system/hang-up.ts";

const status = (mask: string) => () =>
  `Name:\tsh\nSigBlk:\t0000000000000001\nSigIgn:\t${mask}\nSigCgt:\t0000000000000001\n`;
const nothing = status("0000000000001000");

test("who is started by nohup ignores a hang-up", () => {
  for (const path of ["/usr/bin/nohup", "nohup"]) expect(ignoresHangUp({ _: path }, nothing)).toBe(true);
  for (const path of ["/usr/bin/node", "/x/nohup-not", ""]) expect(ignoresHangUp({ _: path }, nothing)).toBe(false);
  expect(ignoresHangUp({}, nothing)).toBe(false);
});

test("so does who is started by somebody who ignores it himself", () => {
  expect(ignoresHangUp({}, status("0000000000000001"))).toBe(true);
  expect(ignoresHangUp({}, status("0000000180001001"))).toBe(true);
  expect(ignoresHangUp({}, status("0000000180001002"))).toBe(false);
  // no /proc
  expect(ignoresHangUp({}, () => "")).toBe(false);
});
