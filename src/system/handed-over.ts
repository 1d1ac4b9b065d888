/**
 * Whether a path is what a shell writes for `<(command)`, or stdin by its name: somebody writes to it already, so it can be
 * read to its end. Any other pipe may have nobody at its other end, ever.
 */
export function isHandedOver(path: string): boolean {
  return /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/(?:self|\d+)\/fd\/\d+)$/.test(path);
}
