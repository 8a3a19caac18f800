import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../src/core/capabilities.ts';
import { type Change, update } from '../../src/core/change.ts';
import { diff } from '../../src/core/diff.ts';
import * as guards from '../../src/core/guards.ts';
import { judge } from '../../src/core/judge.ts';
import type { DesiredRole, LiveRole } from '../../src/core/role.ts';
import { desired, live, normalise, role, settings } from './role.ts';

const origin = { cause: 'file', source: null } as const;

const can: Capabilities = {
  create: true,
  update: true,
  delete: true,
  uniqueNames: true,
  permissionsRequired: false,
  limits: {},
  settings,
  immutable: { scope: 'the scope of a live role is fixed' },
  builtIn: { names: ['merchant-admin'], fixed: ['name', 'description', 'delete'] },
};

function judged(declared: readonly DesiredRole[], roles: readonly LiveRole[], ...given: readonly guards.Guard[]) {
  return judge(diff(declared, roles, { normalise, settings, unmanaged: 'delete' }).changes, given);
}

describe('guards', () => {
  it('withhold what the provider has no call for', () => {
    const { changes, withheld } = judged([desired('a')], [], guards.lacksVerb('Acme', { ...can, create: false }));
    expect(changes).toEqual([]);
    expect(withheld).toMatchObject([
      { action: 'create', role: 'a', code: 'unsupported', reason: 'Acme cannot create roles' },
    ]);
  });

  it('withhold a new role without permissions where one is needed, and only a new one', () => {
    const guard = guards.needsPermissions('Acme', { ...can, permissionsRequired: true });
    const { changes, withheld } = judged(
      [desired('new'), desired('old', { description: 'x' })],
      [live('1', 'old')],
      guard,
    );
    expect(withheld).toMatchObject([{ role: 'new', code: 'no-permissions' }]);
    expect(changes).toMatchObject([{ role: 'old' }]);
  });

  it('withhold the fixed fields of a built-in role and let its permissions go', () => {
    const owner = { ...live('owner', 'owner', ['a']), builtIn: true };
    const role = desired('owner', { description: 'mine', permissions: ['a', 'b'] });
    const { changes, withheld } = judged([role], [owner], guards.builtIn('Acme', can, [owner]));
    expect(changes).toMatchObject([{ grants: ['b'], fields: {}, after: { description: '' } }]);
    expect(withheld).toMatchObject([{ grants: [], fields: { description: {} }, code: 'built-in' }]);
  });

  it('withhold what a built-in role would lose, where the provider says that everybody rests on it', () => {
    const owner = { ...live('owner', 'owner', ['a']), builtIn: true };
    const keeping = { ...can, builtIn: { ...can.builtIn, keepsPermissions: true } };
    const role = desired('owner', { permissions: ['b'] });
    const guarded = judged([role], [owner], guards.builtInKeeps('Acme', keeping, [owner]));
    expect(guarded.changes).toMatchObject([{ grants: ['b'], revokes: [] }]);
    expect(guarded.withheld).toMatchObject([{ revokes: ['a'], code: 'built-in-loses' }]);
    expect(judged([role], [owner], guards.builtInKeeps('Acme', can, [owner])).withheld).toEqual([]);
    expect(judged([role], [owner], guards.builtInKeeps('Acme', keeping, [])).withheld).toEqual([]);
  });

  it('withhold everything of a built-in role where the provider says so', () => {
    const owner = { ...live('owner', 'owner', ['a']), builtIn: true };
    const all = { ...can, builtIn: { names: [], fixed: 'everything' } } as const;
    const { changes, withheld } = judged(
      [desired('owner', { permissions: [] })],
      [owner],
      guards.builtIn('Acme', all, [owner]),
    );
    expect(changes).toEqual([]);
    expect(withheld).toMatchObject([{ revokes: ['a'] }]);
  });

  it('withhold a role or a rename that takes a reserved name', () => {
    const guard = guards.builtIn('Acme', can, []);
    expect(judged([desired('merchant-admin')], [], guard).withheld).toMatchObject([
      { action: 'create', code: 'built-in' },
    ]);
    const renamed = judged(
      [desired('merchant-admin', { previously: ['old'], permissions: ['b'] })],
      [live('1', 'old')],
      guard,
    );
    expect(renamed.withheld).toMatchObject([{ fields: { name: { before: 'old', after: 'merchant-admin' } } }]);
    expect(renamed.changes).toMatchObject([{ role: 'old', grants: ['b'], fields: {} }]);
  });

  it('withhold an immutable setting and let the rest of the change go', () => {
    const role = desired('a', { settings: { scope: 'Subscriptions', mandatory2fa: true } });
    const { changes, withheld } = judged([role], [live('1', 'a')], guards.immutable(can));
    expect(changes).toMatchObject([{ fields: { mandatory2fa: { before: false, after: true } } }]);
    expect(withheld).toMatchObject([{ fields: { scope: {} }, reason: 'the scope of a live role is fixed' }]);
  });

  it('let a protected role gain and be renamed, and never lose', () => {
    const role = desired('a', { previously: ['old'], permissions: ['new'], protected: true });
    const guard = guards.protectedRoles([{ name: 'a' }]);
    const { changes, withheld } = judged([role], [live('1', 'old', ['kept'])], guard);
    expect(changes).toMatchObject([
      { grants: ['new'], revokes: [], fields: { name: {} }, after: { permissions: ['kept', 'new'] } },
    ]);
    expect(withheld).toMatchObject([{ revokes: ['kept'], code: 'protected' }]);
  });

  it('withhold the delete of a protected role that the files no longer name', () => {
    const roles = [live('1', 'kept', ['a']), live('2', 'foreign', ['a'])];
    const { changes, withheld } = judged([], roles, guards.protectedRoles([{ name: 'kept' }]));
    expect(changes).toMatchObject([{ action: 'delete', role: 'foreign' }]);
    expect(withheld).toMatchObject([{ action: 'delete', role: 'kept', code: 'protected' }]);
  });

  it('withhold deletes of unmanaged roles while only part of the files is known', () => {
    const roles = [live('1', 'foreign'), live('2', 'gone')];
    const declared = [desired('gone', { absent: true })];
    const { changes, withheld } = judged(declared, roles, guards.wholeFiles('`roles/acme.yaml` was not read'));
    expect(changes).toMatchObject([{ action: 'delete', role: 'gone' }]);
    expect(withheld).toMatchObject([{ role: 'foreign', reason: expect.stringContaining('roles/acme.yaml') }]);
    expect(judged(declared, roles, guards.wholeFiles(undefined)).withheld).toEqual([]);
  });

  it('withhold names that go round in a circle, and let the rest and other renames go', () => {
    const roles = [live('1', 'a'), live('2', 'b'), live('3', 'c')];
    const declared = [
      desired('b', { id: '1', permissions: ['x'] }),
      desired('a', { id: '2' }),
      desired('d', { id: '3' }),
    ];
    const found = diff(declared, roles, { normalise, settings, unmanaged: 'report' }).changes;
    const { changes, withheld } = judge(found, [guards.nameCircle(can, found)]);
    expect(changes).toMatchObject([
      { id: '1', grants: ['x'], fields: {} },
      { id: '3', fields: { name: {} } },
    ]);
    expect(withheld).toMatchObject([
      { id: '2', code: 'name-circle' },
      { id: '1', code: 'name-circle' },
    ]);
    expect(judge(found, [guards.nameCircle({ ...can, uniqueNames: false }, found)]).withheld).toEqual([]);
  });

  it('withhold a circle of three names, and not a rename that only leads into it', () => {
    const roles = [live('1', 'a'), live('2', 'b'), live('3', 'c'), live('4', 'd')];
    const declared = [
      desired('b', { id: '1' }),
      desired('c', { id: '2' }),
      desired('a', { id: '3' }),
      desired('e', { id: '4' }),
    ];
    const circle = diff(declared, roles, { normalise, settings, unmanaged: 'report' }).changes;
    const { changes, withheld } = judge(circle, [guards.nameCircle(can, circle)]);
    expect(changes.map(({ id }) => id)).toEqual(['4']);
    expect(withheld.map(({ id, code }) => [id, code])).toEqual([
      ['3', 'name-circle'],
      ['1', 'name-circle'],
      ['2', 'name-circle'],
    ]);
    const open = [desired('b', { id: '1' }), desired('c', { id: '2' }), desired('f', { id: '3' })];
    const chain = diff(open, roles, { normalise, settings, unmanaged: 'report' }).changes;
    expect(judge(chain, [guards.nameCircle(can, chain)]).withheld).toEqual([]);
  });

  it('look at a rename, and at a protected role, as often whether there are few or many', () => {
    const looksPerRole = (count: number) => {
      let looks = 0;
      const counted = (name: string) => ({
        ...role(name, ['x']),
        get name() {
          looks += 1;
          return name;
        },
      });
      // Each takes the name of the one before it.
      const changes = Array.from({ length: count }, (_, at): Change => {
        const renamed = update(`${at}`, role(`role ${at + 1}`, ['x']), role(`role ${at}`), origin);
        if (renamed === undefined) throw new Error('a rename differs');
        return { ...renamed, before: counted(`role ${at + 1}`) };
      });
      const isProtected = changes.map((change) => counted(change.role));
      const { withheld } = judge(changes, [guards.nameCircle(can, changes), guards.protectedRoles(isProtected)]);
      expect(withheld).toHaveLength(count);
      return looks / count;
    };
    expect(looksPerRole(60)).toBe(looksPerRole(20));
  });

  it('show a permission that a new role does not get as an update of that role', () => {
    const noB: guards.Guard = (part) =>
      part.kind === 'grant' && part.permission === 'b' ? { code: 'no-b', reason: 'no b' } : undefined;
    const { changes, withheld } = judged([desired('a', { permissions: ['a', 'b'] })], [], noB);
    expect(changes).toMatchObject([{ action: 'create', grants: ['a'] }]);
    expect(withheld).toMatchObject([{ action: 'update', id: null, role: 'a', grants: ['b'], revokes: [] }]);
  });
});
