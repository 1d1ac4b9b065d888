import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createScratch } from "./scratch.ts";

export interface Project {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/** A build's folder with these files; it goes when the test's process ends. */
export async function createProject(files: Readonly<Record<string, string | Uint8Array>>): Promise<Project> {
  const folder = createScratch("project");
  const path = (name: string): string => join(folder, name);
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), content);
    return path(name);
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return { folder, path, write };
}

/** A word that no other run has: in a step's text it keeps that step out of the builder's cache. */
export const unique = (): string => `u${randomBytes(6).toString("hex")}`;
