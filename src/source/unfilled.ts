/**
 * Whether a text is an expression of a CI's that nobody filled in. Azure Pipelines leaves `$(NAME)` where there is no such
 * variable, a fork's pull request included; the others stand where an expression was put into quotes or a script.
 */
export function isUnfilled(text: string): boolean {
  return /^\s*(?:\$\([\w.-]+\)|\$\{\{[^{}]*\}\}|\$\{\w+\}|<<[^<>]*>>)\s*$/.test(text);
}
