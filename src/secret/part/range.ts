/** Where in a text something stands. */
export type Range = { readonly start: number; readonly end: number };
