import { describe, expect, it } from 'vitest';
import { diff } from '../../src/core/diff.ts';
import { desired, live, normalise, settings } from './role.ts';

const rules = { normalise, settings, unmanaged: 'report' } as const;

describe('diff', () => {
  it('shows grants, revokes and fields of an update, and the whole role before and after', () => {
    const before = live('1', 'support', ['read:a', 'read:b'], { description: 'Old' });
    const after = desired('support', { permissions: ['read:b', 'admin:c'], description: 'New' });
    const [change] = diff([after], [before], rules).changes;
    expect(change).toMatchObject({
      action: 'update',
      id: '1',
      grants: ['admin:c'],
      revokes: ['read:a'],
      fields: { description: { before: 'Old', after: 'New' } },
      before: { name: 'support', description: 'Old', permissions: ['read:a', 'read:b'], settings },
      after: { name: 'support', description: 'New', permissions: ['admin:c', 'read:b'], settings },
    });
  });

  it('keeps what the file leaves out, and takes an empty list as none', () => {
    const before = live('1', 'support', ['read:a'], { description: 'Old' });
    expect(diff([desired('support')], [before], rules).changes).toEqual([]);
    expect(diff([desired('support', { permissions: [] })], [before], rules).changes[0]?.revokes).toEqual(['read:a']);
  });

  it('fills what a new role leaves out with its defaults', () => {
    const [change] = diff([desired('support')], [], rules).changes;
    expect(change?.after).toEqual({ name: 'support', description: '', permissions: [], settings });
  });

  it('sees a former name as a rename of the live role', () => {
    const [change] = diff([desired('support', { previously: ['help'] })], [live('1', 'help', ['a'])], rules).changes;
    expect(change).toMatchObject({
      action: 'update',
      id: '1',
      role: 'support',
      fields: { name: { before: 'help', after: 'support' } },
    });
  });

  it('sees no difference in order, repeats and unnormalised live values', () => {
    const before = live('1', 'support', ['b', 'a', 'b'], { settings: {} });
    expect(diff([desired('support', { permissions: ['a', 'b'] })], [before], rules)).toMatchObject({
      changes: [],
      unchanged: 1,
    });
  });

  it('deletes unmanaged roles only where asked to, and then neither built-in nor nameless ones', () => {
    const roles = [live('1', 'old'), { ...live('2', 'owner'), builtIn: true }, live('3', '')];
    expect(diff([], roles, rules)).toMatchObject({ changes: [], unmanaged: [{ id: '1' }, { id: '2' }, { id: '3' }] });
    const found = diff([], roles, { ...rules, unmanaged: 'delete' });
    expect(found.changes).toMatchObject([{ action: 'delete', id: '1', cause: 'unmanaged', source: null }]);
    expect(found.unmanaged).toMatchObject([{ id: '2' }, { id: '3' }]);
  });
});
