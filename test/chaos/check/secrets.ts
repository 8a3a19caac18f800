/** Looks for secrets in everything that was put out, in the forms in which they travel and whole or cut. */
import type { Played } from '../play.ts';
import type { Finding } from './finding.ts';

/** So long a piece is no chance. */
const PIECE = 12;
const ENCODED_PIECE = 20;

export function checkSecrets({ commands, plans, secrets }: Played): readonly Finding[] {
  const outputs = [
    ...commands.flatMap(({ part, stdout, stderr }) => [
      [`${part} standard output`, stdout] as const,
      [`${part} standard error`, stderr] as const,
    ]),
    ...[...plans.values()].map((text) => ['the saved plan', text] as const),
  ];
  const pieces = piecesOf(secrets);
  return outputs.flatMap(([place, text]) => {
    const found = layersOf(text).map((layer) => firstPiece(layer, pieces));
    return [...new Set(found)].flatMap((piece) =>
      piece === undefined ? [] : [{ invariant: 'secret', message: `${place} has ${JSON.stringify(piece)}` } as const],
    );
  });
}

/** The text as it is, and with what is escaped undone, as often as something is. Lines that were wrapped are also read as one. */
function layersOf(text: string): readonly string[] {
  const layers = [text, text.replace(/\s*\n\s*/g, ''), text.replace(/\s*\n\s*/g, ' ')];
  for (let layer = text, depth = 0; depth < 5; depth += 1) {
    const next = unescaped(layer);
    if (next === layer) break;
    layers.push(next);
    layer = next;
  }
  return layers;
}

function unescaped(text: string): string {
  const code = (digits: string, base: number) =>
    String.fromCodePoint(Math.min(Number.parseInt(digits, base), 0x10ffff));
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_all, digits: string) => code(digits, 16))
    .replace(/\\(["\\/])/g, '$1')
    .replace(/&#(\d{1,6});/g, (_all, digits: string) => code(digits, 10))
    .replace(/&(amp|lt|gt|quot);/g, (_all, name: string) => names[name] ?? '')
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}

/** Every run of so many characters of a secret, by its length; and which four characters one can begin with. */
interface Pieces {
  readonly bySize: ReadonlyMap<number, ReadonlySet<string>>;
  readonly heads: Uint8Array;
}

function piecesOf(secrets: readonly string[]): Pieces {
  const bySize = new Map([PIECE, ENCODED_PIECE].map((size) => [size, new Set<string>()] as const));
  const heads = new Uint8Array(1 << 16);
  const add = (form: string, size: number) => {
    for (let at = 0; at + size <= form.length; at += 1) {
      bySize.get(size)?.add(form.slice(at, at + size));
      heads[headAt(form, at)] = 1;
    }
  };
  for (const secret of secrets) {
    add(secret, PIECE);
    for (const form of encodedForms(secret)) add(form, ENCODED_PIECE);
  }
  return { bySize, heads };
}

function encodedForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((before) => {
    return Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, -4);
  });
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase(), ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

function firstPiece(text: string, { bySize, heads }: Pieces): string | undefined {
  for (let at = 0; at + PIECE <= text.length; at += 1) {
    if (heads[headAt(text, at)] === 0) continue;
    for (const [size, pieces] of bySize) {
      const piece = text.slice(at, at + size);
      if (pieces.has(piece)) return piece;
    }
  }
  return undefined;
}

function headAt(text: string, at: number): number {
  const [a, b] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return (((a * 31 + b) * 31 + text.charCodeAt(at + 2)) * 31 + text.charCodeAt(at + 3)) % (1 << 16);
}
