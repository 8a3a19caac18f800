/** Values of any shape, looked into without trust. */

/** An object of JSON: neither a list nor null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return hasFields(value) && !Array.isArray(value);
}

/** Anything with fields to read: lists and errors too. */
export function hasFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The `code` of an error of Node, or of anything that has one: ENOENT, EADDRINUSE, … */
export function codeOf(error: unknown): string | undefined {
  return hasFields(error) && typeof error['code'] === 'string' ? error['code'] : undefined;
}
