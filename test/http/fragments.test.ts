import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFragments } from '../../src/http/fragments.ts';

interface Known {
  readonly text: string;
  readonly size: number;
}

/** Which code units lie in a piece, by looking at each run of the text for itself. */
function byHand(known: readonly Known[], open: readonly string[], text: string): string {
  const marks = Array.from({ length: text.length }, () => '.');
  for (const size of new Set(known.map((one) => one.size))) {
    const texts = known.filter((one) => one.size === size).map((one) => one.text);
    for (let at = 0; at + size <= text.length; at += 1) {
      const piece = text.slice(at, at + size);
      const tells = texts.includes(piece) || !open.some((one) => one.includes(piece));
      if (tells && texts.some((one) => one.includes(piece))) marks.fill('x', at, at + size);
    }
  }
  return marks.join('');
}

function marked(known: readonly Known[], open: readonly string[], text: string): string {
  const fragments = createFragments();
  for (const { text: one, size } of known) fragments.add(one, size);
  open.forEach(fragments.except);
  const marks = Array.from({ length: text.length }, () => '.');
  fragments.find(text, (start, end) => marks.fill('x', start, end));
  return marks.join('');
}

const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', 'ç', '0'), maxLength });

describe('fragments', () => {
  it('are all places of a text where a piece of a known text is, and no others', () => {
    const known = fc.array(fc.record({ text: letters(12), size: fc.integer({ min: 1, max: 6 }) }), { maxLength: 5 });
    fc.assert(
      fc.property(known, fc.array(letters(6), { maxLength: 2 }), letters(40), (all, open, text) => {
        expect(marked(all, open, text)).toBe(byHand(all, open, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('are found among a thousand long texts', () => {
    const texts = Array.from({ length: 1000 }, (_, at) => `${at}-`.repeat(60).slice(0, 200));
    const fragments = createFragments();
    for (const text of texts) fragments.add(text, 16);
    for (const text of texts) {
      const found: (readonly [number, number])[] = [];
      fragments.find(`say ${text.slice(50, 90)} now`, (start, end) => found.push([start, end]));
      expect(found).toEqual([[4, 44]]);
    }
  });

  it('do not slow down where one character comes again and again', () => {
    const fragments = createFragments();
    fragments.add('a'.repeat(200_000), 16);
    let found = 0;
    fragments.find('a'.repeat(200_000), () => {
      found += 1;
    });
    expect(found).toBe(1);
  });
});
