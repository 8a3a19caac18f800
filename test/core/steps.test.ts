import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parts, update } from '../../src/core/change.ts';
import { inSteps } from '../../src/core/steps.ts';
import { live, role } from './role.ts';

const origin = { cause: 'file', source: null } as const;
const permissions = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));

describe('inSteps', () => {
  it('writes the fields, then grants, last revokes', () => {
    const change = update('1', role('old', ['a', 'b']), role('new', ['b', 'c'], { description: 'x' }), origin);
    if (change?.action !== 'update') throw new Error('no change');
    expect(inSteps(change).map(({ fields, grants, revokes }) => [Object.keys(fields), grants, revokes])).toEqual([
      [['name', 'description'], [], []],
      [[], ['c'], []],
      [[], [], ['a']],
    ]);
  });

  it('says together what the change says, each step where the one before ends', () => {
    fc.assert(
      fc.property(permissions, permissions, fc.boolean(), (before, after, isRenamed) => {
        const then = { ...live('1', 'a').role, permissions: before.toSorted() };
        const now = { ...then, name: isRenamed ? 'b' : 'a', permissions: after.toSorted() };
        const change = update('1', then, now, origin);
        if (change === undefined) return;
        const steps = inSteps(change);
        expect(steps.flatMap(parts)).toHaveLength(parts(change).length);
        expect(steps[0]?.before).toEqual(then);
        expect(steps.at(-1)?.after).toEqual(now);
        for (const [at, step] of steps.slice(1).entries()) expect(step.before).toEqual(steps[at]?.after);
      }),
    );
  });
});
