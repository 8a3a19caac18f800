/** What a workspace answers about roles and permissions, and the pivot: it stores permission → roles, we compare the inverse. */
import { Failure } from '../../core/failure.ts';
import { byCodeUnit, type LiveRole } from '../../core/role.ts';
import { type Fields, flag, identifier, list, object, optionalText, surprise, text, texts } from '../support/read.ts';

/** One permission and the ids of the roles that have it, as the workspace stores it. */
export interface PermissionRow {
  readonly permission: string;
  readonly roles: readonly string[];
}

/** What was read of a workspace, for the guards and for the next write. */
export interface Workspace {
  readonly roles: readonly LiveRole[];
  readonly rows: readonly PermissionRow[];
}

/** The answers of roles.list and permissions.listAll (field `update`), joined. */
export function workspaceOf(rolesAnswer: Fields, rows: readonly PermissionRow[]): Workspace {
  const granted = pivot(rows);
  const roles = list(rolesAnswer.get('roles'), { ...rolesAnswer.at, thing: 'roles', path: 'roles' }).map(
    (item, index) => liveRole(object(item, { ...rolesAnswer.at, thing: 'a role', path: `roles[${index}]` }), granted),
  );
  const ids = new Set(roles.map(({ id }) => id));
  if (ids.size < roles.length) throw surprise({ ...rolesAnswer.at, path: 'roles' }, 'the same role twice');
  if (!roles.some(({ id, builtIn }) => builtIn && id === 'admin')) {
    throw new Failure(
      'incomplete',
      `${rolesAnswer.at.label} answered roles without \`admin\`, which every workspace has: the list is incomplete`,
    );
  }
  return { roles, rows };
}

/** `key`: 'update' in permissions.listAll, 'permissions' in permissions.update. Permissions of settings are left out. */
export function rowsOf(answer: Fields, key: 'update' | 'permissions'): readonly PermissionRow[] {
  const rows = allRows(answer, key);
  if (new Set(rows.map(({ permission }) => permission)).size < rows.length) {
    throw surprise({ ...answer.at, path: key }, 'the same permission twice');
  }
  return rows;
}

function allRows(answer: Fields, key: 'update' | 'permissions'): readonly PermissionRow[] {
  return list(answer.get(key), { ...answer.at, thing: 'permissions', path: key })
    .map((item, index) => object(item, { ...answer.at, thing: 'a permission', path: `${key}[${index}]` }))
    .filter((fields) => optionalText(fields, 'level', '') !== 'settings')
    .map((fields) => ({ permission: identifier(fields, '_id'), roles: texts(fields, 'roles') }))
    .filter(({ permission }) => !permission.startsWith('change-setting-'));
}

/** Role id → its permissions, sorted. */
function pivot(rows: readonly PermissionRow[]): ReadonlyMap<string, readonly string[]> {
  const granted = new Map<string, string[]>();
  for (const { permission, roles } of [...rows].sort((a, b) => byCodeUnit(a.permission, b.permission))) {
    for (const id of new Set(roles)) {
      const permissions = granted.get(id);
      if (permissions === undefined) granted.set(id, [permission]);
      else permissions.push(permission);
    }
  }
  return granted;
}

function liveRole(fields: Fields, granted: ReadonlyMap<string, readonly string[]>): LiveRole {
  const id = identifier(fields, '_id');
  return {
    id,
    builtIn: flag(fields, 'protected'),
    role: {
      name: text(fields, 'name'),
      description: optionalText(fields, 'description', ''),
      permissions: granted.get(id) ?? [],
      settings: {
        scope: optionalText(fields, 'scope', 'Users'),
        mandatory2fa: flag(fields, 'mandatory2fa'),
      },
    },
  };
}
