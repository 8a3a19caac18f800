/** A parsed file whose every key and value still knows its place. It knows YAML's results, not YAML. */
import type { Location, Problem } from '../core/problem.ts';

export interface Document {
  readonly file: string;
  /** Plain JSON values; objects have no prototype. */
  readonly value: unknown;
  /** Where the value at a JSON pointer begins; for a pointer to nothing, its nearest parent. */
  readonly at: (pointer: string) => Location;
  /** Where its key begins; for an item of a list, where the item begins. */
  readonly key: (pointer: string) => Location;
  /** A number or boolean as the file spells it. */
  readonly spelling: (pointer: string) => string | undefined;
}

/** Offsets of a node; `key` is undefined for items of a list and for the root. */
export interface Span {
  readonly key: number | undefined;
  readonly value: number;
  readonly spelling?: string;
  /** Of a list: where its items of plain text begin, by index. They have no span of their own: there may be very many. */
  readonly texts?: readonly (number | undefined)[];
}

/** One mistake once; `key` says when two are the same. */
export function distinctProblems(problems: readonly Problem[], key: (problem: Problem) => string): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter((one) => {
    const id = JSON.stringify([one.code, one.source, key(one)]);
    return !seen.has(id) && seen.add(id);
  });
}

/** `roles/a.yaml:12:5` */
export function where({ source }: Location): string {
  return `${source.file}:${source.line}:${source.column}`;
}

/** The value at a JSON pointer; undefined where there is none. */
export function valueAt({ value }: Pick<Document, 'value'>, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((inner, step) => (isOwn(inner, step) ? Reflect.get(inner, step) : undefined), value);
}

function isOwn(value: unknown, key: string): value is object {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** One step down a JSON pointer. */
export function below(pointer: string, step: string | number): string {
  const isPlain = typeof step === 'number' || !/[~/]/.test(step);
  return `${pointer}/${isPlain ? step : step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function createDocument(
  file: string,
  value: unknown,
  spans: ReadonlyMap<string, Span>,
  place: (offset: number) => Location,
): Document {
  const find = (pointer: string): Span => {
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const span = spans.get(at) ?? textIn(spans, at);
      if (span) return span;
    }
    return spans.get('') ?? { key: undefined, value: 0 };
  };
  return {
    file,
    value,
    at: (pointer) => place(find(pointer).value),
    key: (pointer) => place(find(pointer).key ?? find(pointer).value),
    spelling: (pointer) => spans.get(pointer)?.spelling,
  };
}

function textIn(spans: ReadonlyMap<string, Span>, pointer: string): Span | undefined {
  const end = pointer.lastIndexOf('/');
  const value = spans.get(pointer.slice(0, end))?.texts?.[Number(pointer.slice(end + 1))];
  return value === undefined ? undefined : { key: undefined, value };
}

/**
 * From offsets to places. `veiled` are ranges whose values must not be shown: credentials that somebody wrote out, which
 * would otherwise travel into logs with the line that is quoted. Among them the keys in `open` are no secrets.
 */
export function placesIn(
  file: string,
  text: string,
  veiled: readonly (readonly [number, number])[] = [],
  open: ReadonlySet<string> = new Set(),
): (offset: number) => Location {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const index = lineOf(starts, Math.min(offset, text.length));
    const start = starts[index] ?? 0;
    const end = (starts[index + 1] ?? text.length + 1) - 1;
    const hidden = veiled.some(([from, to]) => from < end && to > start);
    // A line may be as long as the file.
    const line = text.slice(start, Math.min(end, start + 2000)).replace(/\r$/, '');
    const source = { file, line: index + 1, column: Math.min(offset, text.length) - start + 1 };
    return { source, excerpt: veil(line, hidden, open) };
  };
}

function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const secretKey = /(?:secret|passw|pwd|token|credential|api.?key)[\w-]*(?:["']\s*:|\s*:(?=\s))/i;
const firstKey = /^\s*(\w+)\s*:(?=\s)/;
const variable = /^\s*(["']?)\$\{\w*\}\1\s*[,}\]]*\s*(?:#.*)?$/;

/** The line without what might be a secret: values of keys that sound like one, and user info in a URL. */
function veil(line: string, hidden: boolean, open: ReadonlySet<string>): string {
  const safe = line.replace(/\/\/[^/\s]*@/g, '//***@');
  const key = secretKey.exec(safe);
  if (!key && open.has(firstKey.exec(safe)?.[1] ?? '')) return safe;
  const from = key ? key.index + key[0].length : hidden ? valueStart(safe) : safe.length;
  const rest = safe.slice(from);
  return rest.trim() === '' || variable.test(rest) ? safe : `${safe.slice(0, from)} ***`;
}

function valueStart(line: string): number {
  const colon = /:(?=\s|$)/.exec(line);
  return colon ? colon.index + 1 : 0;
}
