/** What went wrong, in one word that scripts and tests can rely on. */
export type SealErrorCode =
  | "ARGUMENT" // the command line
  | "CONFIG" // buildseal.yaml or the policy: not readable, not valid
  | "POLICY" // asked for more than the policy allows
  | "DOCKERFILE" // cannot be read, or a mount cannot be placed in it
  | "GRANT" // a selector, a recipe or a reach that does not hold
  | "IDENTITY" // no identity, or half a one
  | "SOURCE" // a secret could not be had or renewed
  | "STORE" // the place where secrets lie
  | "DOCKER" // no docker, no buildx, no builder
  | "BUILDER" // a builder that cannot do what is needed
  | "IMAGE" // an image that cannot be opened
  | "SCAN" // a scan that is not complete
  | "GATE" // what would be published is not what was scanned
  | "OUTPUT" // an output that cannot be scanned, or a file that cannot be written
  | "NODE"; // the program's own run-time

/**
 * The one error a user can meet: what happened and where (`message`), and what to do (`remedy`).
 * Neither may ever hold a secret's value; `cause` is shown with BUILDSEAL_DEBUG=1 only, masked.
 */
export class SealError extends Error {
  override readonly name = "SealError";
  readonly code: SealErrorCode;
  readonly remedy: string;

  constructor(code: SealErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * "Not here, try the next": the reason why something does not apply. It is not a failure. `remedy`: what to do about it,
 * where that is known.
 */
export class NotHere {
  readonly reason: string;
  readonly remedy: string | undefined;

  constructor(reason: string, remedy?: string) {
    this.reason = reason;
    this.remedy = remedy;
  }
}
