/** Roles for tests of the core: short to write, and arbitrary ones for properties. */
import fc from 'fast-check';
import type { Change } from '../../src/core/change.ts';
import type { PlannedChange } from '../../src/core/plan.ts';
import type { DesiredRole, LiveRole, Role, Settings } from '../../src/core/role.ts';
import { sortedSet } from '../../src/core/role.ts';

export const settings: Settings = { scope: 'Users', mandatory2fa: false };

export function role(name: string, permissions: readonly string[] = [], more: Partial<Role> = {}): Role {
  return { name, description: '', permissions, settings, ...more };
}

export function live(
  id: string,
  name: string,
  permissions: readonly string[] = [],
  more: Partial<Role> = {},
): LiveRole {
  return { id, builtIn: false, role: role(name, permissions, more) };
}

export function desired(name: string, more: Partial<DesiredRole> = {}): DesiredRole {
  const source = { file: 'roles/test.yaml', line: 1, column: 1 };
  return { name, previously: [], absent: false, protected: false, settings: {}, source, ...more };
}

export function normalise(given: Role): Role {
  return { ...given, permissions: sortedSet(given.permissions), settings: { ...settings, ...given.settings } };
}

const names = ['admin', 'support', 'viewer', 'audit', '__proto__', 'constructor', 'röle', '\u001b[31mroot', '🦉'];
const aName = fc.constantFrom(...names);
const permissions = fc.uniqueArray(fc.constantFrom('a:read', 'a:write', 'b:read', 'b:write', '*.*', '__proto__'));
const description = fc.constantFrom('', 'Answers orders', 'Answers all orders');
const someSettings = fc.record({ scope: fc.constantFrom('Users', 'Subscriptions'), mandatory2fa: fc.boolean() });

/** Live roles with distinct ids; names may be shared unless `distinctNames`. */
export function liveRoles({ distinctNames }: { distinctNames: boolean }): fc.Arbitrary<readonly LiveRole[]> {
  const one = fc.record({
    name: aName,
    builtIn: fc.boolean(),
    permissions,
    description,
    settings: someSettings,
  });
  const many = distinctNames ? fc.uniqueArray(one, { selector: ({ name }) => name }) : fc.array(one, { maxLength: 9 });
  return many.map((list) => list.map(({ builtIn, ...rest }, at) => ({ id: `id-${at}`, builtIn, role: rest })));
}

/** Declared roles with distinct names; any field may be left out. */
export const desiredRoles: fc.Arbitrary<readonly DesiredRole[]> = fc
  .uniqueArray(
    fc.record({
      name: aName,
      absent: fc.boolean(),
      protected: fc.boolean(),
      description: fc.option(description, { nil: undefined }),
      permissions: fc.option(permissions, { nil: undefined }),
      settings: fc.oneof(
        fc.constant({}),
        someSettings,
        someSettings.map(({ scope }) => ({ scope })),
      ),
    }),
    { selector: ({ name }) => name },
  )
  .map((list) =>
    list.map(({ description: text, permissions: set, ...rest }) =>
      desired(rest.name, {
        ...rest,
        protected: rest.protected && !rest.absent,
        ...(text !== undefined && { description: text }),
        ...(set !== undefined && { permissions: set }),
      }),
    ),
  );

/** Changes as a plan holds them, with nothing to check just before the write. */
export function planned(changes: readonly (Change | undefined)[]): readonly PlannedChange[] {
  return changes.flatMap((change) =>
    change === undefined ? [] : { ...change, conditions: [], managed: [], acknowledged: [] },
  );
}
