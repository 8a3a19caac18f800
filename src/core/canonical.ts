/** One text for one value: to compare data whose keys may stand in any order, and to take digests of it. */
import { isRecord } from './record.ts';
import { byCodeUnit } from './role.ts';

/** JSON with sorted keys and no white space, of what JSON has: text, numbers, booleans, null, lists and objects of these. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return canonicalList(value.map(canonical));
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  const entries = keys.sort(byCodeUnit).map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join(',')}}`;
}

/** A list of what is canonical already. */
export function canonicalList(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}
