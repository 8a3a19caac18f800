import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partKey, parts } from '../../../src/core/change.ts';
import type { Plan, PlannedTarget, Reached } from '../../../src/core/plan.ts';
import { approve } from '../../../src/core/review/approve.ts';
import type { DesiredRole, LiveRole } from '../../../src/core/role.ts';
import { desired, live, role } from '../role.ts';
import { applied, identity, planOf } from '../world.ts';

const strict = { includeDrift: false };

function judged(now: Plan, reviewed: readonly Plan[], rules = strict) {
  const [target] = approve(now, reviewed, rules).targets;
  if (target === undefined) throw new Error('no target');
  return target;
}

const base = [live('1', 'support', ['a:read'], { description: 'Answers' }), live('2', 'audit', ['b:read'])];

describe('approve', () => {
  it('lets what was reviewed go', () => {
    const plan = planOf([desired('support', { permissions: ['a:read', 'a:write'] })], base);
    expect(judged(plan, [plan])).toMatchObject({ changes: [{ grants: ['a:write'] }], held: [], moved: [] });
  });

  it('holds a grant that has come to mean more since, and no other', () => {
    const reaching = (ways: readonly (readonly string[])[], desiredAudit: readonly string[] = ['b:read']): Plan => {
      const files = [
        desired('support', { permissions: ['a:read', 'a:write'] }),
        desired('audit', { permissions: desiredAudit }),
      ];
      const plan = planOf(files, base);
      const inTheEnd = ways.map(
        (way): Reached => ({ role: 'lead', id: '9', direction: 'gains', permission: 'x', way }),
      );
      return { ...plan, targets: plan.targets.map((one) => ('changes' in one ? { ...one, inTheEnd } : one)) };
    };
    const then = reaching([], ['b:read', 'b:write']);
    const now = reaching([['r:support', 'a:write']], ['b:read', 'b:write']);
    expect(judged(now, [then])).toMatchObject({
      changes: [{ role: 'audit' }],
      held: [{ role: 'support', code: 'comes-to-more', reason: expect.stringContaining('`lead` gains `x` through') }],
    });
    // What a review showed goes, by whatever way it comes.
    expect(judged(now, [reaching([['a:write']], ['b:read', 'b:write'])]).held).toEqual([]);
  });

  it('holds what nobody reviewed and lets the rest go', () => {
    const reviewed = planOf([desired('support', { permissions: [] })], base);
    const now = planOf([desired('support', { permissions: [] }), desired('audit', { permissions: [] })], base);
    expect(judged(now, [reviewed])).toMatchObject({
      changes: [{ role: 'support' }],
      held: [{ role: 'audit', code: 'unreviewed' }],
      moved: [],
    });
  });

  it('stops a role that was granted something by hand, names it, and lets the rest of its target go on', () => {
    const files = [desired('support', { permissions: ['a:write'] }), desired('audit', { permissions: [] })];
    const reviewed = planOf(files, base);
    const moved = [live('1', 'support', ['a:read', '*.*'], { description: 'Answers' }), base[1] as LiveRole];
    expect(judged(planOf(files, moved), [reviewed])).toMatchObject({
      changes: [{ role: 'audit', revokes: ['b:read'] }],
      held: [],
      moved: [
        {
          role: 'support',
          status: 'moved',
          movement: {
            moved: [expect.stringContaining('`*.*` was granted on the live role since the review')],
            wanted: { permissions: ['a:write'] },
            liveThen: { permissions: ['a:read'] },
            liveNow: { permissions: ['*.*', 'a:read'] },
          },
        },
      ],
    });
  });

  it('takes two reviewed plans of one role together', () => {
    const one = planOf([desired('support', { permissions: ['a:read', 'a:write'] })], base);
    const two = planOf([desired('support', { permissions: ['a:read', 'b:read'] })], base);
    const now = planOf([desired('support', { permissions: ['a:read', 'a:write', 'b:read'] })], base);
    expect(judged(now, [one, two])).toMatchObject({ changes: [{ grants: ['a:write', 'b:read'] }], moved: [] });
    expect(judged(now, [one])).toMatchObject({ changes: [], moved: [{ role: 'support' }] });
  });

  it('says what is already done and what is no longer wanted', () => {
    const reviewed = planOf([desired('support', { permissions: ['a:write'], description: 'New words' })], base);
    const half = [live('1', 'support', ['a:read', 'a:write'], { description: 'Answers' })];
    const now = planOf([desired('support', { permissions: ['a:write'] })], half);
    expect(judged(now, [reviewed])).toMatchObject({
      changes: [{ revokes: ['a:read'] }],
      notes: ['`support`: granting `a:write` is already done', '`support`: setting description is no longer wanted'],
    });
  });

  it('takes a field only with equal values before and after', () => {
    const files = [desired('support', { description: 'New words' })];
    const reviewed = planOf(files, base);
    const now = planOf(files, [live('1', 'support', ['a:read'], { description: 'By hand' })]);
    expect(judged(now, [reviewed])).toMatchObject({ changes: [], held: [{ code: 'unreviewed' }] });
  });

  it('creates a role only as it was reviewed, and only where it still is not live', () => {
    const reviewed = planOf([desired('new', { permissions: ['a:read'] })], []);
    expect(judged(reviewed, [reviewed]).changes).toMatchObject([{ action: 'create' }]);
    const more = planOf([desired('new', { permissions: ['a:read', 'a:write'] })], []);
    expect(judged(more, [reviewed])).toMatchObject({
      changes: [],
      moved: [{ role: 'new', movement: { moved: ['`a:write` was not in what was reviewed'] } }],
    });
    const planted = planOf([desired('new', { permissions: ['a:read'] })], [live('9', 'new', ['b:read'])]);
    expect(judged(planted, [reviewed])).toMatchObject({ changes: [], held: [{ code: 'unreviewed' }] });
  });

  it('deletes a role only as it was when that was reviewed', () => {
    const files = [desired('audit', { absent: true })];
    const reviewed = planOf(files, base);
    expect(judged(planOf(files, base), [reviewed]).changes).toMatchObject([{ action: 'delete' }]);
    const grown = planOf(files, [live('2', 'audit', ['b:read', 'b:write'])]);
    expect(judged(grown, [reviewed])).toMatchObject({ changes: [], moved: [{ role: 'audit' }] });
    expect(judged(planOf(files, []), [reviewed])).toMatchObject({ changes: [], notes: ['`audit`: already gone'] });
  });

  it('takes a create and a delete only with the settings that were reviewed', () => {
    const without = desired('new', { permissions: ['a:read'], settings: { mandatory2fa: true } });
    const reviewed = planOf([without], []);
    const other = planOf([{ ...without, settings: { mandatory2fa: false } }], []);
    expect(judged(other, [reviewed])).toMatchObject({
      changes: [],
      moved: [{ role: 'new', movement: { moved: ['mandatory2fa was true at the review and is false now'] } }],
    });
    const gone = [desired('audit', { absent: true })];
    const grown = [live('2', 'audit', ['b:read'], { settings: { scope: 'Subscriptions', mandatory2fa: false } })];
    expect(judged(planOf(gone, grown), [planOf(gone, base)])).toMatchObject({
      changes: [],
      moved: [{ role: 'audit', movement: { moved: ['scope was "Users" at the review and is "Subscriptions" now'] } }],
    });
  });

  it('refuses a role that vanished since the review instead of creating it again', () => {
    const files = [desired('support', { permissions: ['a:write'] })];
    const reviewed = planOf(files, base);
    expect(judged(planOf(files, []), [reviewed])).toMatchObject({
      changes: [],
      moved: [{ role: 'support', status: 'moved', movement: { reason: 'vanished since review' } }],
    });
  });

  it('creates a role under the name that a reviewed rename gives up, whoever else reviewed that role', () => {
    const grant = planOf([desired('support', { permissions: ['a:read', 'a:write'] })], base);
    const files = [desired('helpers', { id: '1' }), desired('support', { permissions: ['b:read'] })];
    const rename = planOf(files, base);
    const { changes, moved } = judged(planOf(files, base), [grant, rename]);
    expect(moved).toEqual([]);
    expect(changes.map(({ action, role: of }) => `${action} ${of}`)).toEqual(['update helpers', 'create support']);
  });

  it.each([
    ['target', { name: 'other' }],
    ['provider', { provider: 'rinne' }],
    ['host', { baseUrl: 'https://checkout.dintero.com/v1' }],
    ['tenant', { tenant: 'P12345678' }],
  ])('takes no review of another %s, even of equal roles', (_what, other) => {
    const files = [desired('support', { permissions: [] })];
    const reviewed = planOf(files, base, { ...identity, ...other });
    expect(judged(planOf(files, base), [reviewed])).toMatchObject({ changes: [], held: [{ code: 'unreviewed' }] });
  });

  it('takes no review of another live id, even of the same name', () => {
    const files = [desired('support', { permissions: [] })];
    const reviewed = planOf(files, [live('7', 'support', ['a:read'])]);
    expect(judged(planOf(files, base), [reviewed])).toMatchObject({ changes: [], held: [{ code: 'unreviewed' }] });
  });

  it('holds drift that a review showed as such, and repairs it only on request', () => {
    const files = [desired('support', { permissions: ['a:write', 'b:read'] })];
    const reviewed = withDrift(planOf(files, base), (key) => key.includes('b:read'));
    const now = planOf(files, base);
    expect(judged(now, [reviewed])).toMatchObject({
      changes: [{ grants: ['a:write'], revokes: ['a:read'] }],
      held: [{ grants: ['b:read'], code: 'drift' }],
      moved: [],
    });
    expect(judged(now, [reviewed], { includeDrift: true })).toMatchObject({
      changes: [{ grants: ['a:write', 'b:read'] }],
      held: [],
    });
  });

  it('holds a revoke too where without the held grants the role would be left with nothing', () => {
    const reviewed = withDrift(planOf([desired('audit', { permissions: ['b:write'] })], base), (key) =>
      key.includes('grant'),
    );
    const now = planOf([desired('audit', { permissions: ['b:write'] })], base);
    expect(judged(now, [reviewed])).toMatchObject({ changes: [], held: [{ code: 'drift' }] });
    expect(judged(now, [reviewed], { includeDrift: true }).changes).toMatchObject([
      { grants: ['b:write'], revokes: ['b:read'] },
    ]);
  });

  it('holds a create of which any part is drift, whatever the order of the reviews', () => {
    const plan = planOf([desired('new', { permissions: ['a:read'] })], []);
    const drifted = withDrift(plan, (key) => key.includes('grant'));
    expect(judged(plan, [drifted])).toMatchObject({ changes: [], held: [{ role: 'new', code: 'drift' }] });
    for (const reviewed of [
      [drifted, plan],
      [plan, drifted],
    ]) {
      expect(judged(plan, reviewed).changes).toMatchObject([{ action: 'create' }]);
    }
  });

  it('says that an unmanaged role moved, and continues', () => {
    const files = [desired('support', { permissions: [] })];
    const reviewed = planOf(files, base);
    const now = planOf(files, [base[0] as LiveRole, live('2', 'audit', ['b:write'])]);
    expect(judged(now, [reviewed])).toMatchObject({
      changes: [{ role: 'support' }],
      notes: ['`audit`, which no file names, changed since the review; it is left alone'],
    });
  });
});

function withDrift(plan: Plan, isDrift: (key: string) => boolean): Plan {
  const targets = (plan.targets as readonly PlannedTarget[]).map((target) => ({
    ...target,
    changes: target.changes.map((change) => ({
      ...change,
      drift: parts(change).filter((part) => isDrift(partKey(part))),
    })),
  }));
  return { ...plan, targets };
}

describe('approve, over random histories', () => {
  const permissions = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
  const name = fc.constantFrom('one', 'two', 'three');
  const step = fc.oneof(
    fc.record({ do: fc.constant('edit' as const), name, permissions, absent: fc.boolean(), review: fc.boolean() }),
    fc.record({ do: fc.constant('drift' as const), name, permissions, gone: fc.boolean() }),
    fc.record({ do: fc.constant('apply' as const) }),
  );

  interface Effect {
    readonly subject: string;
    readonly key: string;
  }

  function effects(plan: Plan): readonly Effect[] {
    return (plan.targets as readonly PlannedTarget[]).flatMap((target) =>
      target.changes.flatMap((change) =>
        change.action === 'update'
          ? parts(change).map((part) => ({ subject: String(change.id), key: partKey(part) }))
          : [{ subject: change.id ?? `new ${change.role}`, key: JSON.stringify([change.before, change.after]) }],
      ),
    );
  }

  it('never writes an effect that nobody reviewed, and a second run writes nothing', () => {
    let writes = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        let files: readonly DesiredRole[] = [];
        let system: readonly LiveRole[] = [live('1', 'one', ['a']), live('2', 'two', ['b'])];
        let ids = 10;
        const reviewed: Plan[] = [];
        for (const one of steps) {
          if (one.do === 'edit') {
            const { absent } = one;
            const edited = desired(one.name, absent ? { absent } : { permissions: one.permissions });
            files = [...files.filter((file) => file.name !== one.name), edited];
            if (one.review) reviewed.push(planOf(files, system));
          } else if (one.do === 'drift') {
            const rest = system.filter((found) => found.role.name !== one.name);
            const found = system.find((found) => found.role.name === one.name);
            const id = found?.id ?? `hand ${ids++}`;
            system = one.gone ? rest : [...rest, { id, builtIn: false, role: role(one.name, one.permissions) }];
          } else {
            const now = planOf(files, system);
            const { changes, moved } = judged(now, reviewed);
            const known = new Set(reviewed.flatMap(effects).map((effect) => JSON.stringify(effect)));
            const written = effects({ ...now, targets: [{ ...(now.targets[0] as PlannedTarget), changes }] });
            expect(written.filter((effect) => !known.has(JSON.stringify(effect)))).toEqual([]);
            const stopped = new Set(moved.map(({ role }) => role));
            expect(changes.filter((change) => stopped.has(change.role))).toEqual([]);
            writes += changes.length;
            system = applied(system, changes, () => `made ${ids++}`);
            expect(judged(planOf(files, system), reviewed).changes).toEqual([]);
          }
        }
      }),
      { numRuns: 600 },
    );
    // The property says nothing unless something was written on the way.
    expect(writes).toBeGreaterThan(100);
  });
});
