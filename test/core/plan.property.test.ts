import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/core/build-plan.ts';
import { type Change, parts } from '../../src/core/change.ts';
import { diff } from '../../src/core/diff.ts';
import type { Guard } from '../../src/core/guards.ts';
import { judge } from '../../src/core/judge.ts';
import type { DesiredRole } from '../../src/core/role.ts';
import { desired, desiredRoles, liveRoles } from './role.ts';
import { applied, planTarget, rules } from './world.ts';

const distinct = liveRoles({ distinctNames: true });

describe('a plan', () => {
  it('is empty after it was applied', () => {
    fc.assert(
      fc.property(desiredRoles, distinct, (declared, live) => {
        const { changes } = planTarget(declared, live);
        expect(planTarget(declared, applied(live, changes)).changes).toEqual([]);
      }),
    );
  });

  it('is empty where the live roles are declared as they are', () => {
    fc.assert(
      fc.property(distinct, (live) => {
        const same = live.map(({ role }) => desired(role.name, role));
        expect(planTarget(same, live).changes).toEqual([]);
      }),
    );
  });

  it('does not depend on the order of roles, permissions or live roles, and neither does its digest', () => {
    const reversed = (role: DesiredRole): DesiredRole =>
      role.permissions === undefined ? role : { ...role, permissions: [...role.permissions].reverse() };
    fc.assert(
      fc.property(desiredRoles, distinct, (declared, live) => {
        const one = assemble([planTarget(declared, live)], { version: '1', at: '2026-11-24T12:00:00.000Z' });
        const other = assemble([planTarget([...declared].reverse().map(reversed), [...live].reverse())], {
          version: '2',
          at: '2026-11-24T12:00:00.000Z',
        });
        expect(other.targets).toEqual(one.targets);
        expect(other.digest).toBe(one.digest);
      }),
    );
  });

  it('never touches a role that no file names', () => {
    fc.assert(
      fc.property(desiredRoles, distinct, (declared, live) => {
        const managed = new Set(declared.map(({ name }) => name));
        const foreign = new Set(live.filter(({ role }) => !managed.has(role.name)).map(({ id }) => id));
        expect(planTarget(declared, live).changes.filter(({ id }) => id !== null && foreign.has(id))).toEqual([]);
      }),
    );
  });

  it('keeps every field of a live role that the file does not mention', () => {
    fc.assert(
      fc.property(desiredRoles, distinct, (declared, live) => {
        for (const change of planTarget(declared, live).changes) {
          if (change.action !== 'update') continue;
          const file = declared.find(({ name }) => name === change.role);
          if (file?.description === undefined) expect(change.after.description).toBe(change.before.description);
          if (file?.permissions === undefined) expect(change.after.permissions).toEqual(change.before.permissions);
          for (const [key, value] of Object.entries(change.before.settings)) {
            if (!Object.hasOwn(file?.settings ?? {}, key)) expect(change.after.settings[key]).toBe(value);
          }
        }
      }),
    );
  });

  it('puts each part of a change either into the changes or into what is withheld: never both, never neither', () => {
    const whims = fc.array(
      fc.record({ kind: fc.constantFrom('create', 'delete', 'grant', 'revoke', 'field'), salt: fc.nat(3) }),
    );
    fc.assert(
      fc.property(desiredRoles, distinct, whims, (declared, live, chosen) => {
        const guards = chosen.map(
          ({ kind, salt }, at): Guard =>
            (part, change) =>
              part.kind === kind && (JSON.stringify(part).length + change.role.length) % 4 === salt
                ? { code: `whim-${at}`, reason: 'for the test' }
                : undefined,
        );
        const everything = diff(declared, live, rules).changes;
        const { changes, withheld } = judge(everything, guards);
        expect([...changes, ...withheld].flatMap(keys).sort()).toEqual(everything.flatMap(keys).sort());
      }),
    );
  });
});

/** Parts of a role by what they do, wherever they stand. A create that is withheld holds its grants as well. */
function keys(change: Change): readonly string[] {
  const subject = change.id ?? `new ${change.before?.name ?? change.role}`;
  return parts(change).map((part) => `${subject} ${JSON.stringify(part)}`);
}
