import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/core/role.ts';
import { verifyStored } from '../../../src/providers/support/verify-stored.ts';

const sent: Role = { name: 'lead', description: '', permissions: ['a', 'b'], settings: { scope: 'Users' } };

const check = (stored: Role) => () => verifyStored('PUT role', sent, stored);

describe('what a provider stored', () => {
  it('passes where it is what was sent', () => {
    expect(check({ ...sent })).not.toThrow();
  });

  it.each<[string, Partial<Role>, string]>([
    ['a permission that was dropped', { permissions: ['a'] }, 'permission `b`'],
    ['a permission that nobody sent', { permissions: ['a', 'b', 'c'] }, 'the absence of permission `c`'],
    ['another description', { description: 'x' }, 'the description'],
    ['another setting', { settings: { scope: 'Subscriptions' } }, 'the scope'],
  ])('is refused with %s', (_what, stored, told) => {
    expect(check({ ...sent, ...stored })).toThrow(`PUT role did not store what was sent: ${told}`);
  });

  it('is told in five words and a number, and without control characters', () => {
    const permissions = [...sent.permissions, ...Array.from({ length: 40 }, (_, at) => `x${at}\u001b`)];
    expect(check({ ...sent, permissions })).toThrow(/(the absence of permission `x\d+<U\+001B>`, ){4}.* and 35 more$/);
  });
});
