/** One text for one value: to compare data whose keys may stand in any order, and to take digests of it. */
import { isRecord } from './record.ts';
import { byCodeUnit } from './role.ts';

/** JSON with sorted keys and no white space. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sortedKeys(inner) : inner));
}

function sortedKeys(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodeUnit(a, b)));
}
