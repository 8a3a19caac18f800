/** What the files want of a tenant, read off the scenario itself: it shares nothing with rolesync's own comparator. */
import { type Live, roleIn, rolesIn, type Snapshot } from '../live.ts';
import type { Declared, Tenant } from '../scenario.ts';

/**
 * The declared role that means a live one, under any of the names that it had. `states`: once another role has the new name, a
 * former one means nothing.
 */
export function declaredFor(
  tenant: Tenant,
  id: string,
  names: ReadonlySet<string>,
  states: readonly Snapshot[] = [],
): Declared | undefined {
  const pinned = tenant.declared.find((role) => role.id === id);
  if (pinned !== undefined) return pinned;
  const free = tenant.declared.filter((role) => role.id === undefined);
  const isTaken = ({ name }: Declared) =>
    states.some((live) => rolesIn(live).some((other) => other.id !== id && other.name === name));
  const former = (role: Declared) => role.previously?.some((name) => names.has(name)) === true && !isTaken(role);
  return free.find((role) => names.has(role.name)) ?? free.find(former);
}

/** How live differs from what the files want, a sentence each. `isHeld`: roles that need not be as they are wanted. */
export function unmet(
  tenant: Tenant,
  live: Snapshot,
  isHeld: (role: Pick<Declared, 'id' | 'name'>) => boolean = () => false,
): readonly string[] {
  const wrong = tenant.declared.filter((role) => !isHeld(role)).flatMap((role) => unmetOne(role, live));
  if (tenant.unmanaged !== 'delete') return wrong;
  const left = rolesIn(live)
    .filter(({ id, name, builtIn }) => !builtIn && declaredFor(tenant, id, new Set([name]), [live]) === undefined)
    .filter((role) => !isHeld(role));
  return [...wrong, ...left.map(({ name }) => `unmanaged \`${name}\` is still there`)];
}

export function unmetOne(declared: Declared, live: Snapshot): readonly string[] {
  const { name, id, ensure, description, permissions, mandatory2fa } = declared;
  const found = id === undefined ? rolesIn(live).filter((role) => role.name === name) : [roleIn(live, id) ?? []].flat();
  if (ensure === 'absent') return found.filter(({ builtIn }) => !builtIn).map(() => `\`${name}\` is still there`);
  const own = found.length > 1 ? found.filter(({ builtIn }) => !builtIn) : found;
  const [role] = own;
  if (role === undefined) return [`\`${name}\` is not there`];
  if (own.length > 1) return [`\`${name}\` is there ${own.length} times`];
  return [
    ...(role.name === name ? [] : [`\`${name}\` is called \`${role.name}\``]),
    ...(description === undefined || role.fields['description'] === description
      ? []
      : [`\`${name}\` has another description`]),
    ...(mandatory2fa === undefined || role.fields['mandatory2fa'] === mandatory2fa
      ? []
      : [`\`${name}\` has another mandatory2fa`]),
    ...(permissions === undefined ? [] : permissionFaults(name, permissions, role)),
  ];
}

function permissionFaults(name: string, wanted: readonly string[], { permissions }: Live): readonly string[] {
  const missing = wanted.filter((one) => !permissions.includes(one)).map((one) => `\`${name}\` lacks ${one}`);
  return [
    ...missing,
    ...permissions.filter((one) => !wanted.includes(one)).map((one) => `\`${name}\` still has ${one}`),
  ];
}
