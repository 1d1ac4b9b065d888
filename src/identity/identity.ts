import { NotHere, type SealError } from "../error.ts";
import type { Secret } from "../secret/secret.ts";

/** Who the job is: a token, and what it says of itself. Nothing here but `token` is secret. */
export type Identity = {
  readonly issuer: string | undefined;
  readonly audience: readonly string[];
  readonly subject: string | undefined;
  readonly token: Secret;
  readonly issuedAt?: Date;
  readonly expiresAt?: Date;
  /** The kind of provider that gave it: `irsa`, `env`, … */
  readonly from: string;
  readonly facts: IdentityFacts;
  readonly renewal: Renewal;
  /** Sentences for the user: what was done to the token, what is odd about it. */
  readonly notices: readonly string[];
};

/**
 * How the next token or secret is had: `mint`, its issuer gives a new one when asked; `read`, somebody else renews it in
 * place, and it is read again; `never`, it stays as it was when the job began: what is made of it can be renewed until
 * its end and no longer.
 */
export type Renewal = "mint" | "read" | "never";

/** What a platform says beside the token. */
export type IdentityFacts = {
  readonly roleArn?: string;
  readonly tokenFile?: string;
  /** Where the token is turned into AWS credentials: EKS Pod Identity's agent. */
  readonly credentialsUri?: string;
};

/** `audience` left out: whatever the token is for. `roleArn`: the role that the asker itself names for it. */
export type IdentityAsk = {
  readonly audience?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * From an audience to a token, read anew at each call.
 * @throws IDENTITY for what is there but cannot be used: half a configuration, an expired token.
 */
export type IdentityProvider = (ask: IdentityAsk) => Promise<Identity | NotHere>;

export type NamedProvider = { readonly from: string; readonly provide: IdentityProvider };

/**
 * There is a token, but for another audience than was asked for: the next provider of a chain may have the right
 * one. Where none has, `error` is the sentence for the user, as a token that was set up is not the same as none.
 */
export class OtherAudience extends NotHere {
  readonly error: SealError;

  constructor(error: SealError) {
    super(error.message);
    this.error = error;
  }
}

/**
 * The platform is here, but gives this job no token: the reason says what is missing. It is told before what is not here at
 * all.
 */
export class NotSetUp extends NotHere {}
