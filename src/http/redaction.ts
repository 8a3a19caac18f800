/** Keeps secrets out of what is shown: knows them in the forms in which they travel, and cut short. It never prints or stores anything else. */
import { createHash } from 'node:crypto';
import { unescaped } from './escapes.ts';
import { createFragments, type Fragments } from './fragments.ts';

export interface Redaction {
  /** For messages: pieces of secrets are hidden as well. A word that happens to be part of a secret may be hidden with it. */
  readonly redact: (text: string) => string;
  /** For data, where a wrong change would do harm: hides only what cannot be there by chance. */
  readonly redactData: (text: string) => string;
  readonly conceal: (secret: string) => void;
  /** Makes a text known that is no secret, though a part of one may read like it: the name of a tenant. */
  readonly reveal: (text: string) => void;
}

/** Shorter text is no secret, and taking it out would make every message unreadable. */
const SHORTEST = 4;
const SHORTEST_IN_DATA = 8;
/** So long a piece of a secret is one, wherever it was cut: in messages, and in data. */
const PIECE = 8;
const PIECE_IN_DATA = 16;
/** JSON in JSON in a URL in HTML. */
const LAYERS = 4;

/** Replaces each secret, also escaped, encoded, hashed or cut, by `[secret]`. */
export function createRedaction(secrets: readonly string[]): Redaction {
  const [inMessages, inData] = [createFragments(), createFragments()];
  const conceal = (secret: string): void => {
    if (secret.length < SHORTEST) return;
    for (const form of writtenForms(secret)) {
      if (form.length >= SHORTEST) inMessages.add(form, clamp(Math.ceil(form.length / 2), SHORTEST, PIECE));
    }
    if (secret.length <= PIECE_IN_DATA) inMessages.add(secret, secret.length);
    // A piece of an encoded form says less than it is long.
    for (const form of encodedForms(secret)) inMessages.add(form, Math.min(form.length, PIECE));
    for (const form of [...writtenForms(secret), ...encodedForms(secret)]) {
      if (form.length >= SHORTEST_IN_DATA && secret.length >= SHORTEST_IN_DATA) {
        inData.add(form, Math.min(form.length, PIECE_IN_DATA));
      }
    }
  };
  secrets.forEach(conceal);
  return {
    conceal,
    reveal: (text) => {
      for (const fragments of [inMessages, inData]) fragments.except(text);
    },
    redact: (text) => without(inMessages, text),
    redactData: (text) => without(inData, text),
  };
}

function without(secrets: Fragments, text: string): string {
  const ranges = rangesOf(secrets, text).sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let shown = 0;
  for (const { start, end } of ranges) {
    if (start > shown || (start === shown && parts.length === 0)) parts.push(text.slice(shown, start), '[secret]');
    shown = Math.max(shown, end);
  }
  return [...parts, text.slice(shown)].join('');
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** In the text as it is, and as it reads with its escapes undone layer by layer. */
function rangesOf(secrets: Fragments, text: string): Range[] {
  const ranges: Range[] = [];
  let origin = (at: number): number => at;
  let layer = text;
  for (let depth = 0; ; depth += 1) {
    const place = origin;
    secrets.find(layer, (start, end) => ranges.push({ start: place(start), end: place(end) }));
    const inner = depth < LAYERS ? unescaped(layer) : undefined;
    if (inner === undefined) return ranges;
    origin = (at) => place(inner.starts[at] ?? 0);
    layer = inner.text;
  }
}

/** As a person would write it. Where it looks escaped itself, undoing escapes elsewhere undoes it, too. */
function writtenForms(secret: string): readonly string[] {
  // By way of the bytes: half a surrogate pair cannot be sent; what travels is U+FFFD.
  const forms = new Set([secret, Buffer.from(secret).toString()]);
  let layer: string | undefined = secret;
  for (let depth = 0; depth < LAYERS && layer !== undefined; depth += 1) {
    forms.add(layer);
    layer = unescaped(layer)?.text;
  }
  if (layer !== undefined) forms.add(layer);
  return [...forms];
}

function encodedForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const hash = createHash('sha256').update(bytes).digest();
  const inner = [0, 1, 2].map((offset) => base64Within(bytes, offset));
  const base64 = [bytes.toString('base64').replace(/=+$/, ''), hash.toString('base64').replace(/=+$/, ''), ...inner];
  const forms = [bytes.toString('hex'), hash.toString('hex'), ...base64, ...base64.map(urlSafe)];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

/** What base64 makes of the bytes if others come before and after them, without the characters that depend on those. */
function base64Within(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  return whole.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6));
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
