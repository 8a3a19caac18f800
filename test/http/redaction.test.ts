import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedaction } from '../../src/http/redaction.ts';

describe('redaction', () => {
  it('takes a secret out in every form in which it travels', () => {
    const secret = 'p\u00e4ss "word" & 100%';
    const { redact } = createRedaction([secret]);
    const forms = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ secret }).toString().slice('secret='.length),
      JSON.stringify(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ];
    for (const form of forms) expect(redact(`before ${form} after`)).toMatch(/^before "?\[secret\]"?=* after$/);
  });

  it('learns secrets that are made on the way, such as a Basic header', () => {
    const { redact, conceal } = createRedaction(['hunter22']);
    const basic = Buffer.from('id:hunter22').toString('base64');
    conceal(basic);
    expect(redact(`Basic ${basic}`)).toBe('Basic [secret]');
  });

  it('takes out the whole of a secret that holds another', () => {
    expect(createRedaction(['abcd', 'abcdefgh']).redact('x abcdefgh y abcd')).toBe('x [secret] y [secret]');
  });

  it('leaves no trace of any secret of four characters or more, in any text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!'[secret]'.includes(secret));
        expect(createRedaction([secret]).redact(`${before}${secret}${after}`).split('[secret]').join('')).not.toContain(
          secret,
        );
      }),
    );
  });

  it('leaves text alone where nothing is secret', () => {
    expect(createRedaction(['', 'abc']).redact('abc is too short to hide')).toBe('abc is too short to hide');
  });

  const json = (text: string) => JSON.stringify(text).slice(1, -1);
  const bytes = (text: string) => Buffer.from(text);
  const percent = (text: string) => [...bytes(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const units = (text: string, write: (unit: number) => string) =>
    Array.from({ length: text.length }, (_, at) => write(text.charCodeAt(at))).join('');
  const html = (text: string) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;');
  const encodings: Readonly<Record<string, (text: string) => string>> = {
    'as it is': (text) => text,
    hex: (text) => bytes(text).toString('hex'),
    'hex in capitals': (text) => bytes(text).toString('hex').toUpperCase(),
    HTML: html,
    'HTML, numbers': (text) => [...text].map((one) => `&#${one.codePointAt(0)};`).join(''),
    'HTML, hex numbers': (text) => [...text].map((one) => `&#x${one.codePointAt(0)?.toString(16)};`).join(''),
    '\\uXXXX': (text) => units(text, (unit) => `\\u${unit.toString(16).padStart(4, '0')}`),
    '\\uXXXX in capitals': (text) => units(text, (unit) => `\\u${unit.toString(16).toUpperCase().padStart(4, '0')}`),
    URL: encodeURIComponent,
    'URL, lower case': (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
    'URL, every byte': percent,
    'URL, every byte, capitals': (text) => percent(text).toUpperCase(),
    'URL in a URL': (text) => encodeURIComponent(encodeURIComponent(text)),
    form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
    base64: (text) => bytes(text).toString('base64'),
    base64url: (text) => bytes(text).toString('base64url'),
    'base64, one before': (text) => bytes(`a${text}zz`).toString('base64'),
    'base64, two before': (text) => bytes(`ab${text}z`).toString('base64url'),
    JSON: json,
    'JSON in JSON': (text) => json(json(text)),
    'JSON in JSON in JSON': (text) => json(json(json(text))),
    'JSON in HTML': (text) => html(json(text)),
    'JSON in a URL': (text) => encodeURIComponent(json(text)),
    'SHA-256': (text) => createHash('sha256').update(text).digest('hex'),
  };
  const nasty = fc.array(fc.constantFrom(...'aZ0"%<&\\\'/+-_=> \n\tä€😀%4;#xu2'), { minLength: 12, maxLength: 40 });
  const secret = fc
    .oneof(
      nasty.map((characters) => characters.join('')),
      fc.string({ unit: 'binary', minLength: 12, maxLength: 40 }),
    )
    .filter((text) => !/\p{Cs}/u.test(text) && new Set(text).size > 5);

  /** The longest piece of the secret's form that is left. */
  function longestLeft(form: string, shown: string): number {
    for (let size = form.length; size > 0; size -= 1) {
      for (let at = 0; at + size <= form.length; at += 1) if (shown.includes(form.slice(at, at + size))) return size;
    }
    return 0;
  }

  it.each(Object.keys(encodings))('hides a secret that is written as %s', (name) => {
    const encode = encodings[name] ?? String;
    fc.assert(
      fc.property(secret, (text) => {
        const form = encode(text);
        const shown = createRedaction([text]).redact(`{"message":"${form}"}`);
        expect(shown).toContain('[secret]');
        // Of base64 the edges depend on what stands beside the secret.
        expect(longestLeft(form, shown.split('[secret]').join('\u0000'))).toBeLessThanOrEqual(
          name.startsWith('base64') ? 8 : 7,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('hides a secret that was cut, at either end or at both', () => {
    const text = 'kQ7-zP"2%w<L9&v\\sX4_tB6+nM8';
    const { redact } = createRedaction([text]);
    for (const encode of Object.values(encodings).slice(0, -1)) {
      const form = encode(text);
      for (let cut = 1; cut < form.length / 2; cut += 1) {
        for (const piece of [form.slice(0, -cut), form.slice(cut)]) {
          const left = redact(`it said: ${piece}`)
            .replace(/^it said: /, '')
            .split('[secret]')
            .join('\u0000');
          // What an escape that is cut in two leaves may stand beside the mark.
          expect(left.replaceAll('\u0000', '').length, `${piece} → ${left}`).toBeLessThan(14);
          expect(left).toContain('\u0000');
        }
      }
    }
  });

  it('takes time in proportion to the text, however hostile it is', () => {
    const text = 'kQ7zP2wL9vsX4tB6nM8';
    const { redact, redactData } = createRedaction([text, 'aaaaaaaaaaaaaaaaaaaaaaab']);
    // Work that grows with the square of such a text would not end within the time of a test.
    const size = 256 * 1024;
    const pieces = ['a', `${text.slice(0, 7)}.`, '%61', '\\u0061', '&#97;', '\\', 'x', '%25', '&amp;', text];
    for (const piece of pieces) {
      const hostile = piece.repeat(Math.ceil(size / piece.length));
      expect(redactData(hostile).length).toBeLessThanOrEqual(hostile.length);
    }
    expect(redact('aaaaaaaaaaaaaaaaaaaaaaab'.repeat(20_000))).toBe('[secret]');
  });

  it('leaves alone what is known to be no secret, though it stands in one; never a whole secret', () => {
    const { redact, reveal } = createRedaction(['secret-of-T11112222', 'T2222333']);
    reveal('T11112222');
    reveal('T2222333');
    expect(redact('/accounts/T11112222/x')).toBe('/accounts/T11112222/x');
    expect(redact('cret-of-T11112222')).toMatch(/^\[secret\]\d{0,8}$/);
    expect(redact('T2222333')).toBe('[secret]');
  });

  it('leaves words alone in data that only look a little like a secret', () => {
    const { redact, redactData } = createRedaction(['order-support-9f8e7d6c5b4a', 'admin1']);
    expect(redactData('order support, admin1, order-support')).toBe('order support, admin1, order-support');
    expect(redactData('x order-support-9f8e7d6c5b4a y')).toBe('x [secret] y');
    expect(redact('x admin1 y')).toBe('x [secret] y');
  });
});
