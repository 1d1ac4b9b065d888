import { expect, test } from "vitest";
import { leftOutName, nothingFound } from "../../../src/report/left-out.ts";

test("what was left out says its number once", () => {
  expect(leftOutName({ what: "usr/share/doc", why: "x", count: 1200 })).toBe("usr/share/doc (1,200)");
  expect(leftOutName({ what: "1,200 findings", why: "x", count: 1200 })).toBe("1,200 findings");
  expect(leftOutName({ what: "12 rules", why: "x", count: 1 })).toBe("12 rules (1)");
  expect(leftOutName({ what: "seven.7z", why: "x" })).toBe("seven.7z");
});

test("nothing is found where nothing was left out of it", () => {
  expect(nothingFound([])).toBe("Nothing found");
  expect(nothingFound([{ what: "seven.7z", why: "x" }])).toBe("Nothing found");
  expect(nothingFound([{ what: "usr/share/doc", why: "x", count: 0 }])).toBe("Nothing found");
  expect(nothingFound([{ what: "9 findings", why: "x", count: 9 }])).toBe("Nothing else found");
});
