import { describe, expect, it } from 'vitest';
import { parts } from '../../src/core/change.ts';
import { diff, type Rules } from '../../src/core/diff.ts';
import { judge } from '../../src/core/judge.ts';
import { stillProtected } from '../../src/core/protection.ts';
import type { DesiredRole, LiveRole } from '../../src/core/role.ts';
import { desired, live, normalise, settings } from './role.ts';

const boss = live('1', 'boss', ['a:read', 'a:write']);
const base = [desired('boss', { protected: true, permissions: ['a:read', 'a:write'] })];

function judged(
  head: readonly DesiredRole[],
  {
    now = [boss],
    before = base,
    unmanaged = 'report',
  }: { now?: readonly LiveRole[]; before?: readonly DesiredRole[]; unmanaged?: Rules['unmanaged'] } = {},
) {
  const { changes } = diff(head, now, { normalise, settings, unmanaged });
  const result = judge(changes, [stillProtected(before, now)]);
  const kinds = (list: typeof changes) => list.flatMap(parts).map(({ kind }) => kind);
  return {
    kept: kinds(result.changes),
    withheld: kinds(result.withheld),
    codes: result.withheld.map(({ code }) => code),
  };
}

describe('stillProtected', () => {
  it('withholds what a branch takes from a role in the same step as its protection, and nothing else', () => {
    const head = [desired('boss', { permissions: ['a:read', 'b:read'], description: 'x' })];
    expect(judged(head)).toEqual({ kept: ['grant', 'field'], withheld: ['revoke'], codes: ['protected'] });
  });

  it('cannot be evaded by a rename, an id, a former name, `ensure: absent` or by dropping the role', () => {
    const withheld = (head: readonly DesiredRole[], unmanaged: Rules['unmanaged'] = 'report') =>
      judged(head, { unmanaged }).withheld;
    const less = { permissions: ['a:read'] };
    expect(withheld([desired('x', { id: '1', ...less })])).toEqual(['revoke']);
    expect(withheld([desired('x', { previously: ['boss'], ...less })])).toEqual(['revoke']);
    expect(withheld([desired('boss', { absent: true })])).toEqual(['delete']);
    expect(withheld([desired('x', { id: '1', absent: true })])).toEqual(['delete']);
    expect(withheld([], 'delete')).toEqual(['delete']);
  });

  it('knows a protected role by its former name, and by its id', () => {
    const head = [desired('boss', { permissions: [] })];
    const formerly = [desired('chief', { previously: ['boss'], protected: true })];
    expect(judged(head, { before: formerly }).withheld).toEqual(['revoke', 'revoke']);
    const pinned = [desired('whatever', { id: '1', protected: true })];
    expect(judged(head, { before: pinned }).withheld).toEqual(['revoke', 'revoke']);
  });

  it('protects every role that could be meant where the base is ambiguous', () => {
    const now = [boss, live('2', 'boss', ['b:read'])];
    const head = [desired('one', { id: '1', permissions: [] }), desired('two', { id: '2', permissions: [] })];
    expect(judged(head, { now }).withheld).toEqual(['revoke', 'revoke', 'revoke']);
  });

  it('leaves other roles alone', () => {
    const now = [boss, live('2', 'other', ['b:read'])];
    const head = [desired('other', { permissions: [] }), desired('new', { permissions: ['a:read'] })];
    expect(judged(head, { now })).toEqual({ kept: ['create', 'grant', 'revoke'], withheld: [], codes: [] });
  });
});
