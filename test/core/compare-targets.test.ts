import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePair, findOutliers, type Inventory } from '../../src/core/compare-targets.ts';
import type { Role, Scalar } from '../../src/core/role.ts';

function role(name: string, permissions: readonly string[], more: Partial<Role> = {}): Role {
  return { name, description: '', permissions, settings: {}, ...more };
}

function on(target: string, ...roles: readonly Role[]): Inventory {
  return { target, roles };
}

describe('comparePair', () => {
  it('compares settings and descriptions of roles that are on both', () => {
    const first = on('a', role('r', ['x'], { description: 'one', settings: { scope: 'Users', mandatory2fa: true } }));
    const second = on('b', role('r', ['x'], { description: 'two', settings: { scope: 'Users', mandatory2fa: false } }));
    expect(comparePair(first, second)).toEqual({
      roles: [
        {
          role: 'r',
          on: 'both',
          first: [],
          second: [],
          fields: { description: { first: 'one', second: 'two' }, mandatory2fa: { first: true, second: false } },
        },
      ],
      same: 0,
      unclear: [],
    });
  });

  it('matches names as they are written, and none that is empty', () => {
    const { roles, unclear } = comparePair(on('a', role('R', []), role('', ['x'])), on('b', role('r', [])));
    expect(roles.map(({ role: name, on: side }) => [name, side])).toEqual([
      ['R', 'first'],
      ['r', 'second'],
    ]);
    expect(unclear).toEqual([{ target: 'a', role: '', count: 1 }]);
  });

  it('lists a role without permissions that is on one side only', () => {
    expect(comparePair(on('a', role('empty', [])), on('b')).roles).toMatchObject([{ role: 'empty', on: 'first' }]);
  });
});

const permissions = fc.uniqueArray(fc.constantFrom('p', 'q', 'r'), { maxLength: 3 }).map((all) => all.sort());
const roles = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('one', 'two', 'three'),
    description: fc.constantFrom('', 'x'),
    permissions,
    settings: fc.record({ flag: fc.boolean() }),
  }),
  { selector: ({ name }) => name, maxLength: 3 },
);
const inventories = fc
  .array(roles, { minLength: 1, maxLength: 6 })
  .map((all) => all.map((some, at): Inventory => ({ target: `t${at}`, roles: some })));

describe('any comparison', () => {
  it('of two says the same from either side, and nothing of a target and itself', () => {
    fc.assert(
      fc.property(roles, roles, (some, others) => {
        const there = comparePair(on('a', ...some), on('b', ...others));
        const back = comparePair(on('b', ...others), on('a', ...some));
        const mirrored = back.roles.map(({ first, second, on: side, ...rest }) => ({
          ...rest,
          first: second,
          second: first,
          on: side === 'both' ? side : side === 'first' ? 'second' : 'first',
          fields: Object.fromEntries(
            Object.entries(rest.fields).map(([field, value]) => [field, { first: value.second, second: value.first }]),
          ),
        }));
        expect(mirrored).toEqual(there.roles);
        expect(comparePair(on('a', ...some), on('b', ...some)).roles).toEqual([]);
      }),
    );
  });

  it('of all finds what it finds in any order of the targets', () => {
    const sorted = ({ outliers }: ReturnType<typeof findOutliers>) =>
      outliers.map(({ groups, ...rest }) => ({
        ...rest,
        groups: groups.map(({ value, targets }) => ({ value, targets: [...targets].sort() })),
      }));
    fc.assert(
      fc.property(inventories, (all) => {
        expect(sorted(findOutliers(all.toReversed()))).toEqual(sorted(findOutliers(all)));
      }),
    );
  });

  it('of all puts every target that can have it into exactly one group, the largest first, and what is most agreed on before the rest', () => {
    fc.assert(
      fc.property(inventories, (all) => {
        const { outliers } = findOutliers(all);
        for (const { role: name, kind, groups } of outliers) {
          const holders = all.filter((one) => kind === 'role' || one.roles.some((held) => held.name === name));
          expect(groups.flatMap(({ targets }) => targets).sort()).toEqual(holders.map(({ target }) => target).sort());
          const sizes = groups.map(({ targets }) => targets.length);
          expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
          expect(new Set(groups.map(({ value }): Scalar => value)).size).toBe(groups.length);
        }
        const odd = outliers.map(({ groups }) => groups.slice(1).reduce((sum, { targets }) => sum + targets.length, 0));
        expect(odd).toEqual(odd.toSorted((a, b) => a - b));
      }),
    );
  });

  it('of all has an outlier exactly where some two targets differ', () => {
    fc.assert(
      fc.property(inventories, (all) => {
        const [first = on('a'), ...others] = all;
        const differ = others.some((other) => comparePair(first, other).roles.length > 0);
        expect(findOutliers(all).outliers.length > 0).toBe(differ);
      }),
    );
  });
});

describe('findOutliers', () => {
  it('leaves a target out of what is said of a role that is unclear there', () => {
    const twice = on('c', role('r', ['x']), role('r', []));
    const { outliers, same, unclear } = findOutliers([on('a', role('r', ['x'])), on('b', role('r', ['x'])), twice]);
    expect([outliers, same, unclear]).toEqual([[], 1, [{ target: 'c', role: 'r', count: 2 }]]);
  });
});
