/** Why a part of a change must not be written: small pure functions over one part, of one shape for capability and safety. */
import type { Capabilities } from './capabilities.ts';
import type { Change, Part } from './change.ts';
import { type DesiredRole, groupBy, type LiveRole, type Role } from './role.ts';

export interface Objection {
  /** Stable, kebab-case, for machines. */
  readonly code: string;
  /** For the reviewer: why, and what to change. */
  readonly reason: string;
}

export type Guard = (part: Part, change: Change) => Objection | undefined;

/** The provider has no call for it. */
export function lacksVerb(provider: string, can: Capabilities): Guard {
  return (_part, change) =>
    can[change.action] ? undefined : { code: 'unsupported', reason: `${provider} cannot ${change.action} roles` };
}

/** A role that would be created without permissions, although the provider requires at least one. */
export function needsPermissions(provider: string, can: Capabilities): Guard {
  return (part, change) => {
    if (!can.permissionsRequired || part.kind !== 'create' || change.after?.permissions.length !== 0) return undefined;
    return {
      code: 'no-permissions',
      reason: `the role is not live and the file declares no permissions for it; ${provider} needs at least one: add \`permissions\``,
    };
  };
}

/** Built-in roles, by the flag the provider gave the live role or by a reserved name. */
export function builtIn(provider: string, can: Capabilities, live: readonly LiveRole[]): Guard {
  const ids = new Set(live.filter((role) => role.builtIn).map((role) => role.id));
  const { names, fixed, tenantSetting } = can.builtIn;
  return (part, change) => {
    const takesReservedName =
      names.includes(change.after?.name ?? '') &&
      !isTenantsOwn(change.after, tenantSetting) &&
      (change.action === 'create' || (part.kind === 'field' && part.field === 'name'));
    if (takesReservedName) {
      const reason = `\`${change.after?.name}\` is a name that ${provider} reserves for a role of its own; choose another`;
      return { code: 'built-in', reason };
    }
    if (change.id === null || !ids.has(change.id)) return undefined;
    const what = part.kind === 'field' ? part.field : part.kind;
    if (fixed !== 'everything' && !fixed.includes(what)) return undefined;
    const whose = `\`${change.before?.name ?? change.role}\` is a role of ${provider}'s own`;
    if (fixed === 'everything')
      return { code: 'built-in', reason: `${whose} and is never written; remove it from the file` };
    const reason =
      what === 'delete'
        ? `${whose} and cannot be deleted; remove \`ensure: absent\``
        : `the ${what} of a built-in role is not managed: ${whose}; remove \`${what}\` from the file`;
    return { code: 'built-in', reason };
  };
}

/** What a role of the provider's own loses, everybody loses who rests on it; a pull request can say that it is meant. */
export function builtInKeeps(provider: string, can: Capabilities, live: readonly LiveRole[]): Guard {
  const ids = new Set(live.filter((role) => role.builtIn).map((role) => role.id));
  return (part, change) => {
    const isKept = can.builtIn.keepsPermissions === true && part.kind === 'revoke';
    if (!isKept || change.id === null || !ids.has(change.id)) return undefined;
    const reason = `\`${change.role}\` is a role of ${provider}'s own, and everyone who has it would lose this; if that is intended, add \`acknowledge: [built-in-loses]\` to the role`;
    return { code: 'built-in-loses', reason };
  };
}

/** A role that belongs to a tenant is the tenant's own, whatever its name. */
function isTenantsOwn(role: Role | null, setting: string | undefined): boolean {
  return setting !== undefined && (role?.settings[setting] ?? null) !== null;
}

/** Roles that take one another's names in a circle, where no name may stand twice: no order of writes gets there. */
export function nameCircle(can: Capabilities, changes: readonly Change[]): Guard {
  const renames = changes.filter((change) => change.action === 'update' && change.fields['name'] !== undefined);
  // From the last to the first: where two leave one name, the first of them counts.
  const leaving = new Map(renames.toReversed().map((change) => [change.before?.name, change]));
  const takenFrom = (change: Change) => leaving.get(change.after?.name);
  const circular = inCircles(renames, takenFrom);
  return (part, change) => {
    if (!can.uniqueNames || part.kind !== 'field' || part.field !== 'name' || !circular.has(change)) return undefined;
    const reason =
      'roles swap names in a circle, and two roles cannot share a name even for a moment; rename one to a third name first';
    return { code: 'name-circle', reason };
  };
}

/** Those from which `next` leads back to themselves. Each is walked over once, however long its chain is. */
function inCircles<Item>(items: readonly Item[], next: (item: Item) => Item | undefined): ReadonlySet<Item> {
  const circular = new Set<Item>();
  const walked = new Set<Item>();
  for (const item of items) {
    const path = new Set<Item>();
    let at: Item | undefined = item;
    for (; at !== undefined && !walked.has(at); at = next(at)) {
      walked.add(at);
      path.add(at);
    }
    // It met its own path: from there on, and only there, is the circle.
    if (at === undefined || !path.has(at)) continue;
    const steps = [...path];
    for (const one of steps.slice(steps.indexOf(at))) circular.add(one);
  }
  return circular;
}

/** A setting that is fixed once the role exists. */
export function immutable(can: Capabilities): Guard {
  return (part) => {
    const reason = part.kind === 'field' ? can.immutable[part.field] : undefined;
    return reason === undefined ? undefined : { code: 'immutable', reason };
  };
}

/** `protected: true`: never loses anything, may gain and be renamed. */
export function protectedRoles(roles: readonly Pick<DesiredRole, 'name' | 'id'>[]): Guard {
  const byName = groupBy(roles, ({ name }) => name);
  return (part, change) => {
    const loses = part.kind === 'revoke' || part.kind === 'delete';
    // A twin of the same name, to be deleted, is distinguished by its id.
    const isMeant = ({ id }: Pick<DesiredRole, 'name' | 'id'>) => id === undefined || id === change.id;
    if (!loses || byName.get(change.role)?.some(isMeant) !== true) return undefined;
    return {
      code: 'protected',
      reason: 'the role is protected; remove `protected: true` in a separate pull request first',
    };
  };
}

/** Deletes of unmanaged roles need all the files of the target; `unread` says why not all of them are known. */
export function wholeFiles(unread: string | undefined): Guard {
  return (part, change) => {
    if (unread === undefined || part.kind !== 'delete' || change.cause !== 'unmanaged') return undefined;
    const reason = `only some of the role files were read: ${unread}; give every file that the target's \`files\` match`;
    return { code: 'part-of-files', reason };
  };
}
