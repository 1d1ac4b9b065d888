import { z } from "zod";

const day = z
  .string()
  .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDay(text), "`expires` is a day, as in 2030-12-31");

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** What somebody has decided to live with, why, and until when. */
export const ignoreSchema = z
  .strictObject({
    rule: z.string().min(1),
    /** A glob over the paths of the image. */
    path: z.string().min(1).optional(),
    fingerprint: z.string().min(1).optional(),
    reason: z.string().refine((text) => text.trim() !== "", "`reason` says nothing"),
    /** The last day on which it holds (UTC). */
    expires: day.optional(),
  })
  .refine(({ path, fingerprint }) => path !== undefined || fingerprint !== undefined, {
    message: "`path` or `fingerprint` is missing: a whole rule is left out by `only`",
  });

export const ignoreListSchema = z.array(ignoreSchema);
