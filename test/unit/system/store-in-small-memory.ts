/**
 * A program for the tests, run where XDG_RUNTIME_DIR is a tmpfs of 3 MB: fills it under an open store, and tells what
 * happened at each turn.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { SealError } from "../../../src/error.ts";
import { openSecretStore } from "../../../src/system/secret-store.ts";

const ask = { environment: process.env, notice: () => {} };
const story: Record<string, unknown> = {};
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "ok",
    (error: unknown) => (error instanceof SealError ? [error.code, error.message, error.remedy] : String(error)),
  );

const store = await openSecretStore(ask);
story["directory"] = store.directory;
const path = await store.put("it", "old value");
const filler = `${process.env["XDG_RUNTIME_DIR"]}/filler`;
try {
  writeFileSync(filler, Buffer.alloc(4_000_000));
} catch (error) {
  story["filled"] = error instanceof Error && "code" in error ? error.code : "?";
}
story["full"] = await outcome(store.put("it", "x".repeat(100_000)));
story["kept"] = readFileSync(path, "utf8");
const second = await openSecretStore(ask);
story["second"] = { directory: second.directory, onDisk: second.onDisk, notices: second.notices };
await second.close();
rmSync(filler);
story["freed"] = await outcome(store.put("it", "new value"));
story["renewed"] = readFileSync(path, "utf8");
await store.close();
process.stdout.write(JSON.stringify(story));
