/** The roles of one Dintero account: list, get, create, replace, soft delete. */
import { type Answer, isStrings, objectIn, wholeNumber } from '../../../sandbox/call.ts';
import { newUuid } from '../../../sandbox/identity.ts';
import { own, replace } from '../../../sandbox/state.ts';
import { error, type Visit } from './handler.ts';
import type { DinteroRole } from './state.ts';

/**
 * A bare array of at most `limit` (1..100, default 10) roles after the one whose cursor is `starting_after`, in the order
 * of their ids. `name` matches a part of the name, in any case; `search` also id and description.
 */
export function listRoles({ data, call: { query } }: Visit): Answer {
  const limit = wholeNumber(own(query, 'limit') ?? '10', 1, 100);
  if (limit === undefined) return invalid('limit', 'must be a whole number from 1 to 100');
  const deleted = own(query, 'include_deleted') ?? 'false';
  if (deleted !== 'true' && deleted !== 'false') return invalid('include_deleted', 'must be true or false');
  const cursorOf = ({ id }: DinteroRole) => (data.pagingTokens === true ? `pt_${id}` : id);
  const cursor = own(query, 'starting_after');
  const after = data.roles.find((role) => cursorOf(role) === cursor)?.id;
  if (cursor !== undefined && after === undefined) return invalid('starting_after', 'unknown');

  const name = own(query, 'name')?.toLowerCase() ?? '';
  const search = own(query, 'search')?.toLowerCase() ?? '';
  const found = data.roles
    .filter((role) => deleted === 'true' || role.deleted_at === undefined)
    .filter((role) => (role.name ?? '').toLowerCase().includes(name))
    .filter((role) => [role.id, role.name, role.description].some((text) => text?.toLowerCase().includes(search)))
    .filter((role) => after === undefined || role.id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = found.slice(0, limit);
  const withTokens = () => page.map((role) => ({ ...role, paging_token: cursorOf(role) }));
  return { status: 200, body: data.pagingTokens === true ? withTokens() : page };
}

export function getRole(visit: Visit): Answer {
  const role = find(visit);
  return isRole(role) ? { status: 200, body: role } : role;
}

export function createRole(visit: Visit): Answer {
  const fields = fieldsOf(visit);
  if (!('scope' in fields)) return fields;
  const { data, token, time } = visit;
  const role: DinteroRole = {
    id: newUuid(),
    ...fields,
    created_at: time,
    updated_at: time,
    created_by: token.clientId,
  };
  data.roles.push(role);
  return { status: 200, body: role, wrote: true };
}

/** The body becomes the whole role: what it leaves out is gone, and a deleted role comes back to life. */
export function changeRole(visit: Visit): Answer {
  const fields = fieldsOf(visit);
  if (!('scope' in fields)) return fields;
  const old = find(visit);
  if (!isRole(old)) return old;
  const { id, created_at, created_by } = old;
  const role: DinteroRole = { id, ...fields, created_at, updated_at: visit.time, created_by };
  return { status: 200, body: replace(visit.data.roles, old, role), wrote: true };
}

/** A soft delete: users keep the id, and the list keeps the role for `include_deleted`. */
export function deleteRole(visit: Visit): Answer {
  const old = find(visit);
  if (!isRole(old)) return old;
  if (old.deleted_at !== undefined) return error(404, 'Role not found');
  const role: DinteroRole = { ...old, deleted_at: visit.time, deleted_by: visit.token.clientId };
  return { status: 200, body: replace(visit.data.roles, old, role), wrote: true };
}

function find({ data, id }: Visit): DinteroRole | Answer {
  const role = data.roles.find((candidate) => candidate.id === id);
  if (role !== undefined) return role;
  return uuid.test(id) ? error(404, 'Role not found') : invalid('role_id', 'must be a uuid');
}

function isRole(found: DinteroRole | Answer): found is DinteroRole {
  return 'id' in found;
}

type Fields = Pick<DinteroRole, 'scope' | 'name' | 'description'>;

/** The three fields that may be written, or the refusal. Any scope string is stored, a typo as well. */
function fieldsOf({ data, call, token }: Visit): Fields | Answer {
  const body = objectIn(call.body);
  if (body === undefined) return error(400, 'The body must be a JSON object, sent as application/json');
  const foreign = Object.keys(body).find((key) => !['scope', 'name', 'description'].includes(key));
  if (foreign !== undefined) return invalid(foreign, 'may not be written');
  const { scope, name, description } = body;
  if (!isStrings(scope)) return invalid('scope', scope === undefined ? 'is required' : 'must be an array of strings');
  if (name !== undefined && typeof name !== 'string') return invalid('name', 'must be a string');
  if (description !== undefined && typeof description !== 'string') return invalid('description', 'must be a string');
  const lacked = data.strictScopes === true ? scope.find((item) => !token.scopes.includes(item)) : undefined;
  if (lacked !== undefined) return error(403, `Forbidden: the token has no access to scope ${lacked}`);
  return { scope, ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
}

function invalid(field: string, message: string): Answer {
  return error(400, `Invalid request: ${field} ${message}`, [{ field, message }]);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
