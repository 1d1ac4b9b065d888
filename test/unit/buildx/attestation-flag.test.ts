import { expect, test } from "vitest";
import { attestationsOf } from "../../../src/buildx/attestation-flag.ts";
import { parseBuildCommand } from "../../../src/buildx/parse-build-command.ts";

test.each([
  [".", [], true],
  ["--provenance=false .", [], false],
  ["--provenance=true .", ["provenance"], false],
  ["--provenance=mode=max .", ["provenance"], false],
  ["--sbom=true .", ["sbom"], true],
  ["--attest type=sbom,generator=x --sbom=false .", ["sbom"], true],
  ["--attest type=provenance,disabled=true --provenance=true .", [], false],
  ["--provenance= .", [], true],
])("%s asks for %j", (line, asked, defaultProvenance) => {
  expect(attestationsOf(parseBuildCommand(line.split(" ")), {})).toEqual({ asked, defaultProvenance });
});

test("a variable switches the default off", () => {
  const none = parseBuildCommand(["."]);
  expect(attestationsOf(none, { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" }).defaultProvenance).toBe(false);
  expect(attestationsOf(none, { BUILDX_NO_DEFAULT_ATTESTATIONS: "0" }).defaultProvenance).toBe(true);
});
