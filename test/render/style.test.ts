import fc from 'fast-check';
import { wrapAnsi } from 'fast-wrap-ansi';
import { expect, it } from 'vitest';
import { style } from '../../src/render/style.ts';

it('leaves a short line as the library would, whatever it holds', () => {
  const { wrap } = style(false, 40);
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '  ', '-', '\u001b[1m', '漢', 'é', '\t'), maxLength: 50 });
  fc.assert(
    fc.property(text, (line) => {
      const [first = '', ...rest] = wrapAnsi(line, 36, { hard: true, trim: true }).split('\n');
      expect(wrap(line, 2, 2)).toBe([`  ${first}`, ...rest.map((one) => `    ${one}`)].join('\n'));
    }),
  );
});
