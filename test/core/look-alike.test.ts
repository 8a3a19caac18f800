import { describe, expect, it } from 'vitest';
import { lookAlikes, skeleton } from '../../src/core/look-alike.ts';

describe('names that look alike', () => {
  it.each([
    ['admin', 'аdmin'],
    ['support', 'Support'],
    ['order support', 'order-support'],
    ['role l', 'role 1'],
    ['modern', 'modem'],
    ['café', 'cafe'],
  ])('are found: %s and %s', (one, other) => {
    expect(lookAlikes([one, 'something else', other])).toEqual([[one, other]]);
  });

  it.each([
    ['reader', 'writer'],
    ['support', 'support lead'],
    ['A', 'B'],
    ['经理', '经纪'],
  ])('are not: %s and %s', (one, other) => {
    expect(skeleton(one)).not.toBe(skeleton(other));
  });
});
