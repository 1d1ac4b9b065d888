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

const words = new Set<string>();

/** A word that no other run has: in a step's text it keeps that step out of the builder's cache, in a name it tells whose it is. */
export function unique(): string {
  const word = `u${randomBytes(6).toString("hex")}`;
  words.add(word);
  return word;
}

/** Whether a name holds a word of this test file's own. */
export const isOwnName = (name: string): boolean => [...words].some((word) => name.includes(word));
