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
});
