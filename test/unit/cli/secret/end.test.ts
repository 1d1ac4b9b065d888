import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { endAll } from "../../../../src/cli/secret/end.ts";
import { SealError } from "../../../../src/error.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import type { Minted } from "../../../../src/source/source.ts";

const minted = (more: Partial<Minted> = {}): Minted => ({
  value: new Secret("it", randomUUID()),
  fields: new Map(),
  notices: [],
  ...more,
});

test("each value is ended by its issuer, superseded ones too; what cannot be is told with its own end", async () => {
  const revoked: string[] = [];
  const revoke = (which: string) => async () => void revoked.push(which);
  const expiresAt = new Date("2026-03-01T13:00:00Z");
  const ended = await endAll([
    { name: "app", minted: minted({ revoke: revoke("first"), expiresAt }) },
    { name: "app", minted: minted({ revoke: revoke("second") }) },
    { name: "aws", minted: minted({ expiresAt }) },
    {
      name: "deaf",
      minted: minted({
        expiresAt,
        revoke: async () => {
          throw new SealError("SOURCE", "api.example said status 500.", "Wait.");
        },
      }),
    },
    {
      name: "odd",
      minted: minted({
        revoke: async () => {
          throw new Error(`with ${randomUUID()}`);
        },
      }),
    },
  ]);
  expect(revoked).toEqual(["first", "second"]);
  const untilMs = expiresAt.getTime();
  expect(ended).toEqual([
    { name: "app", end: "revoked" },
    { name: "app", end: "revoked" },
    { name: "aws", end: "lives", untilMs },
    { name: "deaf", end: "not-revoked", why: "api.example said status 500.", untilMs },
    { name: "odd", end: "not-revoked", why: "The secret odd could not be revoked.", untilMs: undefined },
  ]);
});

test("an issuer that does not answer is waited for until the signal comes and no longer; the others are not held up", async () => {
  const control = new AbortController();
  const saysMore = (signal?: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal?.addEventListener("abort", () => reject(new SealError("SOURCE", "A token is left.", "See.")));
    });
  const ending = endAll(
    [
      { name: "deaf", minted: minted({ revoke: () => new Promise(() => {}) }) },
      { name: "listens", minted: minted({ revoke: (ask) => saysMore(ask?.signal) }) },
      { name: "quick", minted: minted({ revoke: async () => {} }) },
    ],
    control.signal,
  );
  control.abort();
  const ended = await ending;
  expect(ended.map(({ name, end }) => [name, end])).toEqual([
    ["deaf", "not-revoked"],
    ["listens", "not-revoked"],
    ["quick", "revoked"],
  ]);
  expect(ended).toMatchObject([
    { why: "The secret deaf was not revoked in time: its issuer had not answered." },
    { why: "A token is left." },
    {},
  ]);
});

test("the process stays alive for an issuer whose answer hangs on nothing it knows of, and not longer than that", async () => {
  const program = `
    import { endAll } from ${JSON.stringify(join(import.meta.dirname, "../../../../src/cli/secret/end.ts"))};
    const minted = (revoke) => ({ value: {}, fields: new Map(), notices: [], revoke });
    const deaf = { name: "deaf", minted: minted(() => new Promise(() => {})) };
    const quick = { name: "quick", minted: minted(async () => {}) };
    console.log((await endAll([deaf, quick], AbortSignal.timeout(50))).map(({ end }) => end).join(" "));
    console.log((await endAll([quick])).map(({ end }) => end).join(" "));
    console.log(process.getActiveResourcesInfo().includes("Timeout"));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  expect(stdout.trim().split("\n")).toEqual(["not-revoked revoked", "revoked", "false"]);
});
