/**
 * Reads the plain part of YAML: blocks of `key:` and `- `, texts on one line, short lists in brackets, comments. Most role
 * files hold nothing else, and this takes a tenth of the library's time and memory. It never decides what YAML means:
 * a file with anything beyond that part is left to the library as a whole.
 */
import { below, type Span } from './document.ts';

export interface PlainFile {
  /** Plain JSON values; objects have no prototype. */
  readonly value: unknown;
  readonly spans: ReadonlyMap<string, Span>;
  /** Where the values of every `auth` are. */
  readonly credentials: readonly (readonly [from: number, to: number])[];
}

/** undefined: the text is not of the plain part, or it has a mistake, which the library explains. */
export function readPlain(text: string): PlainFile | undefined {
  if (unusual.test(text)) return undefined;
  const reading: Reading = { text, column: ended, start: 0, end: 0, next: 0, before: 0, spans: new Map(), auth: [] };
  try {
    toNextLine(reading);
    if (reading.column === 0 && text.startsWith('---\n', reading.start)) toNextLine(reading);
    const value = readBlock(reading, { pointer: '', key: undefined, depth: 0 });
    // A line that belongs to no block, as it is indented otherwise.
    if (reading.column !== ended) return undefined;
    return { value, spans: reading.spans, credentials: reading.auth };
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Control characters, tabs, line breaks of other systems. */
const unusual = /[\0-\t\v-\x1f\x7f-\x9f\u2028\u2029\ufeff]/;
const notPlain = new Error('for the library');
const ended = -1;
const maxDepth = 16;
const [space, hash, dash, colon] = [0x20, 0x23, 0x2d, 0x3a];

/** A text and the line of it that is read next, without the blank lines and comments between. */
interface Reading {
  readonly text: string;
  readonly spans: Map<string, Span>;
  readonly auth: (readonly [from: number, to: number])[];
  /** How far the line is indented, with the dashes that were read of it; `ended` behind the last line. */
  column: number;
  /** Where the rest of the line begins. */
  start: number;
  end: number;
  /** Where the line after it begins. */
  next: number;
  /** Where the line before it ends. */
  before: number;
}

/** Where in the document a value belongs. */
interface Spot {
  readonly pointer: string;
  readonly key: number | undefined;
  readonly depth: number;
}

function leave(): never {
  throw notPlain;
}

function toNextLine(reading: Reading): void {
  const { text } = reading;
  reading.before = reading.end;
  while (reading.next < text.length) {
    const begin = reading.next;
    const newline = text.indexOf('\n', begin);
    reading.end = newline === -1 ? text.length : newline;
    reading.next = reading.end + 1;
    reading.start = pastSpaces(text, begin);
    reading.column = reading.start - begin;
    if (isContent(reading, reading.start)) return;
  }
  reading.column = ended;
}

function pastSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === space) at += 1;
  return at;
}

/** Not the end of the line, and no comment. */
function isContent({ text, end }: Reading, at: number): boolean {
  return at < end && text.charCodeAt(at) !== hash;
}

function readBlock(reading: Reading, spot: Spot): unknown {
  if (spot.depth > maxDepth) leave();
  return isItem(reading) ? readList(reading, spot) : readMap(reading, spot);
}

function readMap(reading: Reading, { pointer, key, depth }: Spot): unknown {
  const { text, spans, auth, column } = reading;
  spans.set(pointer, { key, value: reading.start });
  const object: Record<string, unknown> = Object.create(null);
  while (reading.column === column) {
    const name = keyAt(reading);
    if (name === undefined || name in object) leave();
    const spot = { pointer: below(pointer, name), key: reading.start, depth: depth + 1 };
    const from = pastSpaces(text, reading.start + name.length + 1);
    object[name] = isContent(reading, from) ? readValue(reading, spot, from) : readBelow(reading, spot, column);
    if (name === 'auth') auth.push([spans.get(spot.pointer)?.value ?? from, reading.before]);
  }
  return object;
}

/** A colon inside of a text (`read:hooks`) makes no key. */
const keyHere = /[a-z_][\w.-]{0,99}(?=:[ \n]|:$)/iy;

function keyAt({ text, start }: Reading): string | undefined {
  keyHere.lastIndex = start;
  return keyHere.exec(text)?.[0];
}

/** What a key holds whose line ends behind the colon. The dashes of a list may begin in the column of the key. */
function readBelow(reading: Reading, spot: Spot, column: number): unknown {
  toNextLine(reading);
  if (reading.column > column || (reading.column === column && isItem(reading))) return readBlock(reading, spot);
  return leave();
}

function isItem({ text, start }: Reading): boolean {
  return text.charCodeAt(start) === dash && text.charCodeAt(start + 1) === space;
}

function readList(reading: Reading, { pointer, key, depth }: Spot): unknown {
  const { text, spans, column } = reading;
  const texts: (number | undefined)[] = [];
  spans.set(pointer, { key, value: reading.start, texts });
  const items: unknown[] = [];
  while (reading.column === column && isItem(reading)) {
    const from = pastSpaces(text, reading.start + 1);
    reading.column += from - reading.start;
    reading.start = from;
    const isMap = keyAt(reading) !== undefined;
    const plain = isMap ? undefined : textAt(reading, from);
    texts.push(plain === undefined ? undefined : from);
    if (plain !== undefined) {
      items.push(plain);
      toNextLine(reading);
    } else {
      const spot = { pointer: below(pointer, items.length), key: undefined, depth: depth + 1 };
      items.push(isMap ? readBlock(reading, spot) : readValue(reading, spot, from));
    }
  }
  return items;
}

/** What the rest of a line holds, from `from` on. */
function readValue(reading: Reading, { pointer, key }: Spot, from: number): unknown {
  const plain = textAt(reading, from);
  const { value, ...more } = plain === undefined ? otherAt(reading, from) : { value: plain };
  reading.spans.set(pointer, { key, value: from, ...more });
  toNextLine(reading);
  return value;
}

/** What nothing but text can begin with: numbers, quotes and YAML's own signs do not. */
const textStart = /[a-z_$/(\u00a1-\uffff]/i;
/** What YAML takes for something else. */
const noText = /^(?:null|true|false)$/i;

/** Plain text to the end of the line, or to the comment there. */
function textAt({ text, end }: Reading, from: number): string | undefined {
  if (!textStart.test(text.charAt(from))) return undefined;
  let behind = from;
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === space) continue;
    if (code === hash && at > behind) break;
    if (code === colon && (at + 1 === end || text.charCodeAt(at + 1) === space)) return undefined;
    behind = at + 1;
  }
  const found = text.slice(from, behind);
  return noText.test(found) ? undefined : found;
}

const oneName = /[A-Za-z](?:[\w./-]|:(?=[\w./-]))*/g;
/** Nothing but a comment may come behind it. */
const otherForms = new RegExp(
  [
    String.raw`^(?:(?<literal>true|false|0|[1-9]\d{0,8})`,
    String.raw`(?<day>\d{4}-\d\d-\d\d)`,
    String.raw`(?<quoted>"[^"\\]*"|'[^']*')`,
    String.raw`(?<list>\[ *(?:NAME(?: *, *NAME)*)? *\])) *(?: #.*)?$`.replaceAll('NAME', oneName.source),
  ].join('|'),
);

interface Other extends Pick<Span, 'spelling' | 'texts'> {
  readonly value: unknown;
}

/** A boolean, a small number, a day, a text in quotes, a list of names. */
function otherAt({ text, end }: Reading, from: number): Other {
  const { literal, day, quoted, list } = otherForms.exec(text.slice(from, end))?.groups ?? leave();
  if (literal !== undefined) return { value: JSON.parse(literal), spelling: literal };
  if (day !== undefined) return { value: day };
  if (quoted !== undefined) return { value: quoted.slice(1, -1) };
  const names = [...(list ?? '').matchAll(oneName)];
  if (names.some(([one]) => noText.test(one))) leave();
  return { value: names.map(([one]) => one), texts: names.map(({ index }) => from + index) };
}
