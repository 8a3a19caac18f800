import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, carry, parts } from '../../src/core/change.ts';
import { diff, type Rules } from '../../src/core/diff.ts';
import { markDrift, planBase } from '../../src/core/drift.ts';
import type { PlannedChange } from '../../src/core/plan.ts';
import type { DesiredRole, LiveRole } from '../../src/core/role.ts';
import { desired, desiredRoles, live, liveRoles, normalise, settings } from './role.ts';

const rules: Rules = { normalise, settings, unmanaged: 'report' };

function planned(
  wanted: readonly DesiredRole[],
  now: readonly LiveRole[],
  more: Partial<Rules> = {},
): readonly PlannedChange[] {
  return diff(wanted, now, { ...rules, ...more }).changes.map((change) => ({
    ...change,
    conditions: [],
    managed: [],
    acknowledged: [],
  }));
}

/** The drift of each change, as short words. */
function drift(
  head: readonly DesiredRole[],
  base: readonly DesiredRole[],
  now: readonly LiveRole[],
  { head: headRules, base: baseRules }: { head?: Partial<Rules>; base?: Partial<Rules> } = {},
): Readonly<Record<string, readonly string[]>> {
  const { changes = [] } = planBase(base, now, { ...rules, ...baseRules });
  return Object.fromEntries(
    markDrift(planned(head, now, headRules), changes).map((change) => [change.role, change.drift.map(word)]),
  );
}

function word(part: ReturnType<typeof parts>[number]): string {
  if (part.kind === 'grant') return `+${part.permission}`;
  if (part.kind === 'revoke') return `-${part.permission}`;
  return part.kind === 'field' ? part.field : part.kind;
}

describe('markDrift', () => {
  it('tells apart, within one role, what was merged already and what is from this branch', () => {
    const now = [live('1', 'support', ['a:read', 'b:write'])];
    const base = [desired('support', { permissions: ['a:read', 'a:write'], description: 'Old' })];
    const head = [desired('support', { permissions: ['a:write', 'b:read'], description: 'New' })];
    expect(drift(head, base, now)).toEqual({ support: ['+a:write', '-b:write'] });
  });

  it('counts a field only where both set it to the same value', () => {
    const now = [live('1', 'support', [], { description: 'By hand' })];
    const base = [desired('support', { description: 'Merged' })];
    expect(drift([desired('support', { description: 'Merged' })], base, now)).toEqual({ support: ['description'] });
    expect(drift([desired('support', { description: 'Branch' })], base, now)).toEqual({ support: [] });
  });

  it('follows the live role, not the name', () => {
    const now = [live('1', 'viewer', ['a:read']), live('2', 'admin', ['*.*'])];
    const base = [desired('viewer', { permissions: ['a:read', 'a:write'] })];
    const head = [desired('watcher', { previously: ['viewer'], permissions: ['a:read', 'a:write'] })];
    expect(drift(head, base, now)).toEqual({ watcher: ['+a:write'] });
    const other = [desired('viewer', { id: '2', permissions: ['*.*', 'a:write'] })];
    expect(drift(other, base, now)).toEqual({ viewer: [] });
  });

  it('takes a role that somebody deleted for drift, and what the branch adds to it for its own', () => {
    const base = [desired('gone', { permissions: ['a:read'] })];
    const head = [desired('gone', { permissions: ['a:read', 'a:write'] }), desired('new', { permissions: ['a:read'] })];
    expect(drift(head, base, [])).toEqual({ gone: ['create', '+a:read'], new: [] });
    const reworded = [desired('gone', { permissions: ['a:read'], description: 'Other' })];
    expect(drift(reworded, base, [])).toEqual({ gone: ['+a:read'] });
    const set = [desired('gone', { permissions: ['a:read'], settings: { mandatory2fa: true } })];
    expect(drift(set, base, [])).toEqual({ gone: ['+a:read'] });
  });

  it('takes a delete for drift where the base deletes the role too, be it by name or as unmanaged', () => {
    const now = [live('1', 'old', ['a:read'])];
    const absent = [desired('old', { absent: true })];
    expect(drift(absent, absent, now)).toEqual({ old: ['delete'] });
    expect(drift(absent, [desired('old')], now)).toEqual({ old: [] });
    const remove = { unmanaged: 'delete' } as const;
    expect(drift([], [], now, { head: remove, base: remove })).toEqual({ old: ['delete'] });
    expect(drift([], [], now, { head: remove })).toEqual({ old: [] });
    expect(drift([], [desired('old')], now, { head: remove, base: remove })).toEqual({ old: [] });
    expect(drift([desired('old', { permissions: [] })], absent, now)).toEqual({ old: [] });
  });

  it('marks every change, with nothing where there is no drift', () => {
    const [change] = markDrift(planned([desired('new')], []), []);
    expect(change?.drift).toEqual([]);
  });
});

describe('planBase', () => {
  it('gives no split, and says why, where the base does not fit what is live', () => {
    const twins = [live('1', 'twin'), live('2', 'twin')];
    const { changes, warning } = planBase([desired('twin')], twins, rules);
    expect(changes).toBeUndefined();
    expect(warning).toMatch(/^drift cannot be told apart, .*2 live roles are called `twin`/);
  });
});

describe('drift, for any files and any live roles', () => {
  const worlds = fc.tuple(desiredRoles, desiredRoles, liveRoles({ distinctNames: true }));
  const key = (change: Change) => parts(change).map((part) => JSON.stringify(part));

  it('is everything where the base is the head', () => {
    fc.assert(
      fc.property(worlds, ([head, , now]) => {
        for (const change of markDrift(planned(head, now), planned(head, now))) {
          expect(change.drift).toEqual(parts(change));
        }
      }),
    );
  });

  it('is nothing where the base is what is live', () => {
    fc.assert(
      fc.property(worlds, ([head, , now]) => {
        const base = now.map(({ id, role }) => desired(role.name, { id, ...role, settings: role.settings }));
        const { changes } = planBase(base, now, rules);
        expect(changes).toEqual([]);
        for (const change of markDrift(planned(head, now), changes ?? [])) expect(change.drift).toEqual([]);
      }),
    );
  });

  it('is some of the parts, in their order, and leaves the change as it is', () => {
    fc.assert(
      fc.property(worlds, ([head, base, now]) => {
        const before = planned(head, now);
        const marked = markDrift(before, planned(base, now));
        expect(marked.map(({ drift: _, ...change }) => change)).toEqual(before);
        for (const change of marked) {
          const drifted = new Set(change.drift.map((part) => JSON.stringify(part)));
          expect(key(change).filter((one) => drifted.has(one))).toEqual([...drifted]);
        }
      }),
    );
  });

  it('is what the head needs no more, and the base neither, once it is repaired; the rest stays', () => {
    fc.assert(
      fc.property(worlds, ([head, base, now]) => {
        const marked = markDrift(planned(head, now), planned(base, now)).filter(({ action }) => action === 'update');
        const repaired = now.map((role) => {
          const change = marked.find(({ id }) => id === role.id);
          return change === undefined ? role : { ...role, role: carry(normalise(role.role), change.drift) };
        });
        const names = new Set(repaired.map(({ role }) => role.name));
        // Repairing a name that another role still has is a world that no provider allows.
        fc.pre(names.size === repaired.length);
        const [after, baseAfter] = [planned(head, repaired), planned(base, repaired)];
        for (const change of marked) {
          const drifted = new Set(change.drift.map((part) => JSON.stringify(part)));
          const left = after.find(({ id }) => id === change.id);
          expect(left === undefined ? [] : key(left)).toEqual(key(change).filter((one) => !drifted.has(one)));
          const baseLeft = baseAfter.find(({ id }) => id === change.id);
          expect((baseLeft === undefined ? [] : key(baseLeft)).filter((one) => drifted.has(one))).toEqual([]);
        }
      }),
    );
  });
});
