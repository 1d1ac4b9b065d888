import { describe, expect, test } from "vitest";
import { readChallenge } from "../../../../src/image/registry/challenge.ts";

describe("what a registry asks for", () => {
  test("is read with its parameters, quoted or not", () => {
    expect(
      readChallenge('Bearer realm="https://auth.example.com/token",service=registry , scope="a:b:pull,push"'),
    ).toEqual({
      scheme: "bearer",
      realm: "https://auth.example.com/token",
      service: "registry",
      scope: "a:b:pull,push",
    });
    expect(readChallenge('Bearer realm="a\\"b"')).toEqual({ scheme: "bearer", realm: 'a"b' });
  });

  test("is a token rather than a password where both will do", () => {
    const both = 'Basic realm="here", Bearer realm="https://auth.example.com"';
    expect(readChallenge(both)).toEqual({ scheme: "bearer", realm: "https://auth.example.com" });
    expect(readChallenge('basic realm="here"')).toEqual({ scheme: "basic" });
  });

  test("is nothing where it cannot be read", () => {
    for (const header of ["", "Negotiate", "Bearer", 'Bearer service="x"', "=", "a=b", ",".repeat(100_000)]) {
      expect(readChallenge(header)).toBeUndefined();
    }
  });
});
