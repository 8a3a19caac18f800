/** What the sandbox remembers: plain data that JSON can hold, and the safe way into its tables. It decides nothing. */

/** The part of each stand-in, by its name. */
export type State = Record<string, unknown>;

/** When everything was born that the sandbox is born with. */
export const birth = '2025-01-01T00:00:00.000Z';

/** The entry of that name, and never one that the prototype lends: tenants come from files and may be called `__proto__`. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

export function put<T>(table: Record<string, T>, key: string, value: T): T {
  Object.defineProperty(table, key, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** Replaces `old` with `next`. */
export function replace<T>(rows: T[], old: T, next: T): T {
  rows[rows.indexOf(old)] = next;
  return next;
}
