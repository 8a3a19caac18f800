/** One text for one value: to compare data whose keys may stand in any order, and to take digests of it. */
import { isRecord } from './record.ts';
import { byCodeUnit } from './role.ts';

/** JSON with sorted keys and no white space, of what JSON has: text, numbers, booleans, null, lists and objects of these. */
export function canonical(value: unknown): string {
  let text = '';
  writeCanonical(value, (piece) => {
    text += piece;
  });
  return text;
}

/** The same text, piece by piece: that of a plan is as long as all live roles. */
export function writeCanonical(value: unknown, write: (piece: string) => void): void {
  if (Array.isArray(value)) {
    write('[');
    value.forEach((item, at) => {
      if (at > 0) write(',');
      writeCanonical(item, write);
    });
    write(']');
  } else if (isRecord(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    keys.sort(byCodeUnit).forEach((key, at) => {
      write(`${at === 0 ? '{' : ','}${JSON.stringify(key)}:`);
      writeCanonical(value[key], write);
    });
    write(keys.length === 0 ? '{}' : '}');
  } else {
    write(JSON.stringify(value) ?? 'null');
  }
}

/** A list of what is canonical already. */
export function canonicalList(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}
