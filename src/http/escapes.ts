/** Text with one layer of escapes undone (URL, JSON, HTML), and where each character of it came from. Linear in its length. */

export interface Unescaped {
  readonly text: string;
  /** Where each code unit begins in the text that was given; one more for the end. */
  readonly starts: Uint32Array;
}

const ESCAPE =
  /(?:%[\da-f]{2})+|\\u[\da-f]{4}|\\x[\da-f]{2}|\\["'\\/bfnrt]|&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);/gi;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** undefined: nothing is escaped. */
export function unescaped(text: string): Unescaped | undefined {
  if (text.search(ESCAPE) === -1) return undefined;
  const starts = new Uint32Array(text.length + 1);
  const parts: string[] = [];
  let length = 0;
  let done = 0;
  const copy = (until: number) => {
    parts.push(text.slice(done, until));
    for (; done < until; done += 1, length += 1) starts[length] = done;
  };
  for (const { 0: sequence, index } of text.matchAll(ESCAPE)) {
    copy(index);
    for (const [at, unit] of unitsOf(sequence)) {
      parts.push(unit);
      starts[length] = index + at;
      length += 1;
    }
    done = index + sequence.length;
  }
  copy(text.length);
  starts[length] = text.length;
  return { text: parts.join(''), starts: starts.subarray(0, length + 1) };
}

/** The code units of an escape sequence, and where in it each begins. */
function unitsOf(sequence: string): readonly (readonly [number, string])[] {
  if (sequence.startsWith('%')) return percentUnits(sequence);
  return [...characterOf(sequence)]
    .join('')
    .split('')
    .map((unit, at) => [at, unit] as const);
}

function characterOf(sequence: string): string {
  const body = sequence.slice(1);
  if (sequence.startsWith('&')) return entity(body.slice(0, -1).toLowerCase());
  if (/^[ux]/i.test(body) && body.length > 1) return String.fromCharCode(Number.parseInt(body.slice(1), 16));
  return CONTROLS[body] ?? body;
}

function entity(name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name] ?? '';
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}

/** UTF-8, as URLs have it; an invalid byte is a character of its own. */
function percentUnits(run: string): readonly (readonly [number, string])[] {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  const units: (readonly [number, string])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = bytes.toString('utf8', at, at + size);
    const whole = Buffer.byteLength(character) === size && !character.includes('\ufffd');
    const used = whole ? character : '\ufffd';
    for (let unit = 0; unit < used.length; unit += 1) units.push([at * 3 + unit, used.charAt(unit)]);
    at += whole ? size : 1;
  }
  return units;
}
