import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardOf } from '../../src/core/shard.ts';

const keys = Array.from({ length: 2000 }, (_, at) => `["dintero","https://api.dintero.com/v1","T${at}"]`);

describe('a key', () => {
  it('belongs to one of the parts, the same each time', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (key, of) => {
        const found = shardOf(key, of);
        expect(found).toBeGreaterThanOrEqual(1);
        expect(found).toBeLessThanOrEqual(of);
        expect(shardOf(key, of)).toBe(found);
      }),
    );
  });

  it('moves to the new part or nowhere when there is one more', () => {
    const moved = keys.filter((key) => shardOf(key, 4) !== shardOf(key, 5));
    expect(new Set(moved.map((key) => shardOf(key, 5)))).toEqual(new Set([5]));
    // A fifth of them, give or take.
    expect(moved.length).toBeGreaterThan(320);
    expect(moved.length).toBeLessThan(480);
  });

  it('is as likely in one part as in another', () => {
    const sizes = [1, 2, 3, 4].map((number) => keys.filter((key) => shardOf(key, 4) === number).length);
    for (const size of sizes) expect(Math.abs(size - 500)).toBeLessThan(80);
  });

  it('never moves by an upgrade', () => {
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => shardOf(key, 4))).toEqual([2, 3, 4, 3, 3, 3]);
  });
});
