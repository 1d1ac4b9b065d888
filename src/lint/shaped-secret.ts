/** A secret that is one by its shape. It holds no value: only where it stands and what it is. */
export type ShapedSecret = {
  /** `url`: a password in a URL, which the rule `url-with-credentials` reports. */
  readonly kind: string;
  /** In words: `a GitHub token`. */
  readonly what: string;
  /** Offsets in the text that was given. */
  readonly start: number;
  readonly end: number;
  /** It may be known to all, or needs another part to be of use (a key's id): worth a warning. */
  readonly doubtful: boolean;
};
