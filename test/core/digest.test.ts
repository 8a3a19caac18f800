import { describe, expect, it } from 'vitest';
import { create, update } from '../../src/core/change.ts';
import { digest } from '../../src/core/digest.ts';
import type { PlannedTarget } from '../../src/core/plan.ts';
import { planned, role } from './role.ts';

const origin = { cause: 'file', source: { file: 'a.yaml', line: 3, column: 5 } } as const;
const target: PlannedTarget = {
  name: 'acme',
  provider: 'dintero',
  baseUrl: 'https://api.dintero.com/v1',
  tenant: 'T12345678',
  changes: planned([create(role('support', ['read:a']), origin)]),
  withheld: [],
  unmanaged: [],
  ignored: 0,
  live: [],
  unchanged: 1,
};

describe('digest', () => {
  it('is sha256: and 64 hex digits', () => {
    expect(digest([target])).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([
    ['the case of the host', { baseUrl: 'https://API.dintero.com/v1' }],
    ['a final slash', { baseUrl: 'https://api.dintero.com/v1/' }],
    ['unmanaged roles', { unmanaged: [{ id: '1', name: 'x' }] }],
    ['untouched live roles', { unchanged: 7, live: [{ id: '1', builtIn: false, ...role('x') }] }],
    [
      'the place in the files',
      { changes: planned([create(role('support', ['read:a']), { ...origin, source: null })]) },
    ],
    [
      'the order of keys',
      {
        changes: planned([
          create({ settings: role('').settings, permissions: ['read:a'], description: '', name: 'support' }, origin),
        ]),
      },
    ],
  ])('does not depend on %s', (_what, other) => {
    expect(digest([{ ...target, ...other }])).toBe(digest([target]));
  });

  it.each([
    ['the target', { name: 'other' }],
    [
      'what it comes to in the end',
      { inTheEnd: [{ role: 'lead', id: '1', direction: 'gains' as const, permission: 'x', way: ['realm:support'] }] },
    ],
    ['the provider', { provider: 'rinne' }],
    ['the host', { baseUrl: 'https://checkout.dintero.com/v1' }],
    ['the path', { baseUrl: 'https://api.dintero.com/V1' }],
    ['the tenant', { tenant: 'P12345678' }],
    ['a permission', { changes: planned([create(role('support', ['read:b']), origin)]) }],
    [
      'the action',
      {
        changes: planned([update('1', role('support'), role('support', ['read:a']), origin)]),
      },
    ],
    [
      'the live id',
      {
        changes: planned([update('2', role('support'), role('support', ['read:a']), origin)]),
      },
    ],
    ['having no change', { changes: [] }],
  ])('depends on %s', (_what, other) => {
    expect(digest([{ ...target, ...other }])).not.toBe(digest([target]));
  });

  it('tells a target that could not be read from one without changes', () => {
    const { name, provider, baseUrl, tenant } = target;
    const failed = { name, provider, baseUrl, tenant, error: { code: 'auth', message: 'no' } } as const;
    expect(digest([failed])).not.toBe(digest([{ ...target, changes: [] }]));
  });

  it('looks at a change as often whether there are few or many', () => {
    const looksPerChange = (count: number) => {
      let looks = 0;
      const changes = Array.from({ length: count }, (_, at) => {
        const name = `role ${(at * 7) % count}`;
        const after = {
          ...role(name),
          get name() {
            looks += 1;
            return name;
          },
        };
        return { ...create(role(name), origin), after, conditions: [], managed: [], acknowledged: [] };
      });
      digest([{ ...target, changes }]);
      return looks / count;
    };
    expect(looksPerChange(50)).toBe(looksPerChange(10));
  });
});
