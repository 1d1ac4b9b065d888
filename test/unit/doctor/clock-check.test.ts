import { describe, expect, test } from "vitest";
import { clockCheck } from "../../../src/doctor/clock-check.ts";

const second = 1000;
const of = (...seconds: number[]) =>
  clockCheck(seconds.map((skew, at) => ({ host: `server-${at}.example`, skewMs: skew * second })));

describe("the clock", () => {
  test("is well within a minute of a server's, on either side", () => {
    expect(of(59).state).toBe("ok");
    expect(of(-59).state).toBe("ok");
  });

  test("is a warning from a minute on and an error from five", () => {
    expect(of(60)).toMatchObject({
      state: "warning",
      says: expect.stringContaining("60 seconds ahead of server-0.example"),
    });
    expect(of(-299).state).toBe("warning");
    expect(of(-300)).toMatchObject({ state: "error", says: expect.stringContaining("5 minutes behind") });
  });

  test("is judged by the server that is nearest: one of them may be off itself", () => {
    expect(of(3600, 2).state).toBe("ok");
    expect(of(3600, -400).says).toContain("server-1.example");
  });

  test("is not judged where no server answered", () => {
    expect(of().state).toBe("none");
  });
});
