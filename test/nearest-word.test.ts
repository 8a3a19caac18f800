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
});
