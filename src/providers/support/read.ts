/** Readers for the JSON of providers: `unknown` in, typed values out, or a Failure that names the place. */
import { Failure } from '../../core/failure.ts';

/** Where a value is: 'GET https://host/path' answered 'a role' at 'data[3]'. */
export interface AnswerPart {
  readonly label: string;
  readonly thing: string;
  /** '' for the whole answer. */
  readonly path: string;
}

export interface Fields {
  readonly at: AnswerPart;
  /** Own properties only: an answer may hold a key like `__proto__`. */
  readonly get: (key: string) => unknown;
}

export function object(value: unknown, at: AnswerPart): Fields {
  if (!isObject(value)) throw surprise(at, `${at.thing} that is not an object`);
  return { at, get: (key) => (Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined) };
}

export function list(value: unknown, at: AnswerPart): readonly unknown[] {
  if (!Array.isArray(value)) throw surprise(at, `no list of ${at.thing}`);
  return value;
}

/** Text that must be there and must not be empty: an id. '.' and '..' would change the path of a request. */
export function identifier(fields: Fields, key: string): string {
  const value = text(fields, key);
  // Half a surrogate pair cannot be part of a URL.
  if (/\p{Cs}/u.test(value)) throw surprise(fields.at, `${fields.at.thing} whose \`${key}\` is not text`);
  if (value === '' || value === '.' || value === '..') {
    throw surprise(fields.at, `${fields.at.thing} whose \`${key}\` is ${value === '' ? 'empty' : `"${value}"`}`);
  }
  return value;
}

export function text(fields: Fields, key: string): string {
  const value = required(fields, key);
  if (typeof value !== 'string') throw surprise(fields.at, `${fields.at.thing} whose \`${key}\` is not text`);
  return value;
}

/** Text, or `absent` where it is missing or null. */
export function optionalText<Absent>(fields: Fields, key: string, absent: Absent): string | Absent {
  return isAbsent(fields, key) ? absent : text(fields, key);
}

export function texts(fields: Fields, key: string): readonly string[] {
  const value = required(fields, key);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw surprise(fields.at, `${fields.at.thing} whose \`${key}\` is not a list of texts`);
}

/** A flag; missing and null mean false. */
export function flag(fields: Fields, key: string): boolean {
  const value = isAbsent(fields, key) ? false : fields.get(key);
  if (typeof value !== 'boolean') throw surprise(fields.at, `${fields.at.thing} whose \`${key}\` is not true or false`);
  return value;
}

/** A whole number from 0. */
export function count(fields: Fields, key: string): number {
  const value = required(fields, key);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw surprise(fields.at, `${fields.at.thing} whose \`${key}\` is not a number`);
}

/** A Failure for an answer of an unexpected shape: `what` continues 'answered'. */
export function surprise({ label, path }: Pick<AnswerPart, 'label' | 'path'>, what: string): Failure {
  // Of a write: it was answered, so it may well have been carried out.
  return new Failure('response', `${label} answered ${what}${path === '' ? '' : ` at ${path}`}`, { unclear: true });
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function required(fields: Fields, key: string): unknown {
  const value = fields.get(key);
  if (value === undefined || value === null) throw surprise(fields.at, `${fields.at.thing} without \`${key}\``);
  return value;
}

function isAbsent(fields: Fields, key: string): boolean {
  return (fields.get(key) ?? null) === null;
}
