/** The system's own word for what went wrong (`ENOENT`), or "unknown". */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
}
