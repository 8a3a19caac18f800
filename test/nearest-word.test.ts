import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { describe, expect, it } from 'vitest';
import { nearest } from '../src/nearest-word.ts';

describe('the nearest word', () => {
  it.each([
    ['permisions', 'permissions'],
    ['Permissions', 'permissions'],
    ['write:receipts', 'receipts:write'],
    ['nme', 'name'],
  ])('is found for %s', (word, expected) => {
    expect(nearest(word, ['name', 'permissions', 'receipts:write', 'protected'])).toBe(expected);
  });

  it.each(['zzz', '', 'x'.repeat(1000)])('is not invented for %j', (word) => {
    expect(nearest(word, ['name', 'permissions'])).toBeUndefined();
  });

  it('is the one that comparing with every candidate in full finds', () => {
    const word = fc.stringMatching(/^[abAB:]{0,8}$/);
    fc.assert(
      fc.property(word, fc.array(word), (wanted, candidates) => {
        const limit = Math.max(1, Math.floor(wanted.length * 0.4)) + 1;
        const sorted = (text: string) => [...text].sort().join('');
        const words = (text: string) => text.split(/[^ab]+/).sort();
        const apart = (one: string) => {
          const [a, b] = [wanted.toLowerCase(), one.toLowerCase()];
          if (a === b) return 0;
          const reordered = a.includes(':') && words(a).join(' ') === words(b).join(' ');
          return reordered || sorted(a) === sorted(b) ? 1 : distance(a, b);
        };
        const near = candidates.filter((one) => apart(one) < limit).toSorted((a, b) => apart(a) - apart(b));
        expect(nearest(wanted, candidates)).toBe(near[0]);
      }),
    );
  });
});
