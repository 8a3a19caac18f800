/** What moved between a review and now, in words for the person who reads why something was not written. Decides nothing. */
import { type Change, type Part, partKey, parts } from '../change.ts';
import type { Named, PlannedChange, PlannedTarget } from '../plan.ts';
import type { Role } from '../role.ts';

/** Why a part is wanted now that no review holds, told from what was live at the review and what is live now. */
export function reasonFor(part: Part, reviewed: Change, now: Change): string {
  const then = new Set(reviewed.before?.permissions);
  const live = new Set(now.before?.permissions);
  if (part.kind === 'grant') {
    const { permission } = part;
    return then.has(permission) && !live.has(permission)
      ? `\`${permission}\` was revoked on the live role since the review; this would grant it again`
      : `\`${permission}\` is declared in the files now; it was not at the review`;
  }
  if (part.kind === 'revoke') {
    const { permission } = part;
    return live.has(permission) && !then.has(permission)
      ? `\`${permission}\` was granted on the live role since the review; this would revoke it`
      : `\`${permission}\` is no longer declared in the files; it was at the review`;
  }
  if (part.kind === 'drop') {
    return `it would also take \`${part.permission}\` from \`${part.id}\`, which was not in what was reviewed`;
  }
  if (part.kind !== 'field') return 'the role as a whole';
  return `${part.field} is ${JSON.stringify(part.before)} now and would become ${JSON.stringify(part.after)}, which nobody reviewed`;
}

export function differences(reviewed: Role | null, now: Role | null): readonly string[] {
  const [had, has] = [new Set(reviewed?.permissions), new Set(now?.permissions)];
  const fields = { name: now?.name, description: now?.description, ...now?.settings };
  const old: Readonly<Record<string, unknown>> = {
    name: reviewed?.name,
    description: reviewed?.description,
    ...reviewed?.settings,
  };
  return [
    ...[...has].filter((one) => !had.has(one)).map((one) => `\`${one}\` was not in what was reviewed`),
    ...[...had].filter((one) => !has.has(one)).map((one) => `\`${one}\` was in what was reviewed and is not now`),
    ...Object.entries(fields)
      .filter(([field, value]) => old[field] !== value)
      .map(
        ([field, value]) =>
          `${field} was ${JSON.stringify(old[field])} at the review and is ${JSON.stringify(value)} now`,
      ),
  ];
}

/** Reviewed effects that the current plan lacks: they are already live, or no longer desired. */
export function noLongerOpen(now: PlannedTarget, reviewed: readonly PlannedChange[]): readonly string[] {
  const live = new Map(now.live.map((role) => [role.id, role]));
  const open = new Set(
    now.changes.flatMap((change) => [
      wholeKey(change),
      ...parts(change).map((part) => `${change.id} ${partKey(part)}`),
    ]),
  );
  const sentences = reviewed.flatMap((change): readonly string[] => {
    const { role, id, action } = change;
    if (action === 'create') {
      if (open.has(wholeKey(change)) || now.changes.some((one) => one.role === role)) return [];
      return [`\`${role}\`: ${now.live.some(({ name }) => name === role) ? 'already exists' : 'is no longer wanted'}`];
    }
    const found = id === null ? undefined : live.get(id);
    if (found === undefined) {
      if (action === 'delete') return [`\`${role}\`: already gone`];
      return now.changes.some((one) => one.role === role)
        ? []
        : [`\`${role}\`: vanished since review, and is no longer wanted`];
    }
    if (action === 'delete') return open.has(wholeKey(change)) ? [] : [`\`${role}\`: is no longer to be deleted`];
    return parts(change)
      .filter((part) => part.kind !== 'drop')
      .filter((part) => !open.has(`${id} ${partKey(part)}`))
      .map(
        (part) => `\`${role}\`: ${described(part)} ${isTrue(part, found) ? 'is already done' : 'is no longer wanted'}`,
      );
  });
  return [...new Set(sentences)];
}

function isTrue(part: Part, live: Named & Role): boolean {
  if (part.kind === 'grant') return live.permissions.includes(part.permission);
  if (part.kind === 'revoke') return !live.permissions.includes(part.permission);
  if (part.kind !== 'field') return false;
  const values: Readonly<Record<string, unknown>> = {
    name: live.name,
    description: live.description,
    ...live.settings,
  };
  return values[part.field] === part.after;
}

function described(part: Part): string {
  if (part.kind === 'grant') return `granting \`${part.permission}\``;
  if (part.kind === 'revoke') return `revoking \`${part.permission}\``;
  return part.kind === 'field' ? `setting ${part.field}` : part.kind;
}

function wholeKey(change: Change): string {
  return JSON.stringify([change.action, change.id ?? change.role]);
}

export function equalRoles(a: Role | null, b: Role | null): boolean {
  return differences(a, b).length === 0;
}

/** Roles that no file names and that are not now what any review saw: nothing is done about them, but it is said. */
export function unmanagedMoved(now: PlannedTarget, reviewed: readonly PlannedTarget[]): readonly string[] {
  if (reviewed.length === 0) return [];
  const live = new Map(now.live.map((role) => [role.id, role]));
  return now.unmanaged.flatMap(({ id, name }) => {
    const seen = reviewed.flatMap((target) => target.live.filter((role) => role.id === id));
    const found = live.get(id) ?? null;
    if (seen.some((role) => equalRoles(role, found))) return [];
    return [
      `\`${name}\`, which no file names, ${seen.length === 0 ? 'is new' : 'changed'} since the review; it is left alone`,
    ];
  });
}
