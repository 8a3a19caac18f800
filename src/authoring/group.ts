/** The live roles that no file names, as files will declare them: equal ones of several targets once, and why some are left out. Pure. */
import type { Language } from '../config/language.ts';
import { match } from '../core/match.ts';
import { byCodeUnit, type DesiredRole, type LiveRole, type Role } from '../core/role.ts';
import { faultInDescription, shown } from '../core/text.ts';
import { faultIn } from './fault.ts';
import type { WrittenRole } from './role-text.ts';
import type { Reading } from './take-over.ts';

/** A target as it was read, and what the files say of it. */
export interface Snapshot extends Reading {
  readonly tenant: string;
  /** The setting that says of which tenant a role is; leaving it out says the same of a role of this one. */
  readonly tenantSetting: string | undefined;
  readonly desired: readonly DesiredRole[];
}

export interface Imported {
  readonly provider: string;
  readonly role: WrittenRole;
  /** Sorted. */
  readonly targets: readonly string[];
}

/** A live role that a file must not, or cannot, name. */
export interface Skipped {
  readonly target: string;
  readonly id: string;
  readonly role: string;
  readonly reason: string;
}

export interface Grouped {
  /** By name, then by targets. */
  readonly imported: readonly Imported[];
  readonly skipped: readonly Skipped[];
  /** Names of the provider's own roles that no file names, by target. */
  readonly builtIn: ReadonlyMap<string, readonly string[]>;
}

export function group(snapshots: readonly Snapshot[], language: Language): Grouped {
  const found = snapshots.map((snapshot) => ({ snapshot, ...sift(snapshot, language) }));
  const imported = new Map<string, Imported>();
  for (const { snapshot, roles } of found) {
    for (const role of roles) {
      // An id is of one target only.
      const apart = role.id === undefined ? null : snapshot.name;
      const key = JSON.stringify([snapshot.provider, apart, role]);
      const targets = [...(imported.get(key)?.targets ?? []), snapshot.name].sort(byCodeUnit);
      imported.set(key, { provider: snapshot.provider, role, targets });
    }
  }
  return {
    imported: [...imported.values()].sort(
      (a, b) => byCodeUnit(a.role.name, b.role.name) || byCodeUnit(a.targets.join('\n'), b.targets.join('\n')),
    ),
    skipped: found.flatMap(({ skipped }) => skipped),
    builtIn: new Map(found.map(({ snapshot, builtIn }) => [snapshot.name, builtIn])),
  };
}

function sift(snapshot: Snapshot, language: Language) {
  const unnamed = match(snapshot.desired, snapshot.live).unmanaged.toSorted(
    (a, b) => byCodeUnit(a.role.name, b.role.name) || byCodeUnit(a.id, b.id),
  );
  const own = unnamed.filter(({ builtIn }) => !builtIn);
  const roles: WrittenRole[] = [];
  const skipped: Skipped[] = [];
  for (const live of own) {
    const written = asWritten(live, own, snapshot, language);
    if (typeof written !== 'string') roles.push(written);
    else skipped.push({ target: snapshot.name, id: live.id, role: live.role.name, reason: written });
  }
  const builtIn = unnamed.filter((live) => live.builtIn).map(({ role }) => role.name);
  return { roles, skipped, builtIn };
}

/** The role as a file says it, or why none can. */
function asWritten(
  live: LiveRole,
  own: readonly LiveRole[],
  snapshot: Snapshot,
  language: Language,
): WrittenRole | string {
  const taken = nameFault(live, own, snapshot);
  if (taken !== undefined) return taken;
  const hasTwin = own.some((other) => other !== live && other.role.name === live.role.name);
  const role = { ...tidy(live.role, snapshot), ...(hasTwin && { id: live.id }) };
  if (role.permissions.length === 0 && snapshot.permissionsRequired) {
    return 'it has no permissions, which a role file cannot express';
  }
  const fault = faultOf(role, snapshot, language);
  if (fault === undefined) return hasTwin ? { ...role, remarks: [twinRemark] } : role;
  // What a file leaves out stays as it is live.
  const rest = { ...role, description: '' };
  if (role.description === '' || faultOf(rest, snapshot, language) !== undefined) return fault;
  const why = faultInDescription(role.description);
  const remark = `Its live description stays: ${why === undefined ? fault : `it ${why}`}.`;
  return { ...rest, remarks: [...(hasTwin ? [twinRemark] : []), shown(remark, 300)] };
}

const twinRemark = 'Another live role has this name too, so the id identifies this one.';

function nameFault({ id, role: { name } }: LiveRole, own: readonly LiveRole[], { desired }: Snapshot) {
  if (name === '') return 'it has no name';
  if (desired.some((one) => one.name === name)) return 'a different role in the files has this name';
  const later = desired.find(({ previously }) => previously.includes(name));
  if (later !== undefined) return `the role \`${shown(later.name)}\` in the files lists this name under \`previously\``;
  const first = own.find((other) => other.role.name === name);
  if (first === undefined || first.id === id) return undefined;
  return `another live role has this name (id ${shown(first.id)}), and a file can name only one of them; rename one of the two`;
}

function faultOf({ remarks: _, settings, ...role }: WrittenRole, { provider }: Snapshot, language: Language) {
  return faultIn(provider, { ...role, ...settings }, language);
}

/** Without defaults, and with its permissions by resource. */
function tidy(role: Role, { rules, tenant, tenantSetting }: Snapshot): Role {
  const settings = Object.entries(role.settings).filter(
    ([key, value]) =>
      value !== null && value !== rules.settings[key] && !(key === tenantSetting && value === tenant && tenant !== ''),
  );
  return { ...role, settings: Object.fromEntries(settings), permissions: byResource(role.permissions) };
}

function byResource(permissions: readonly string[]): readonly string[] {
  return permissions.toSorted((a, b) => byCodeUnit(resourceOf(a), resourceOf(b)) || byCodeUnit(a, b));
}

/** `orders` of `read:orders`, `merchant.transaction` of `merchant.transaction.list`; '' where a permission names none. */
function resourceOf(permission: string): string {
  const colon = permission.indexOf(':');
  if (colon !== -1) return permission.slice(colon + 1);
  return permission.slice(0, Math.max(0, permission.lastIndexOf('.')));
}
