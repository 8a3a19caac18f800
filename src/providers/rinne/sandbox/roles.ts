/** The roles one Rinne company sees: list, get, create, replace, delete. */
import { type Answer, isStrings, objectIn } from '../../../sandbox/call.ts';
import { newUuid } from '../../../sandbox/identity.ts';
import { own, replace } from '../../../sandbox/state.ts';
import { type Issue, invalid, noObject, page, type Refusal, type Visit } from './handler.ts';
import type { RinneRole } from './state.ts';
import { roleView, sees } from './users.ts';

/** The names of Rinne's own roles: docs.rinne.com.br/guides/user-management. */
const builtInRoles = ['admin', 'user', 'merchant-admin'] as const;

/** Newest first, so pages shift when a role is added in between. `name` matches a part of the name, in any case. */
export function listRoles({ rinne, call, company }: Visit): Answer | Refusal {
  const name = own(call.query, 'name')?.toLowerCase() ?? '';
  const companyId = own(call.query, 'company_id');
  const roles = rinne.roles
    .filter((role) => sees(company, role))
    .filter((role) => role.name.toLowerCase().includes(name))
    .filter((role) => companyId === undefined || role.company_id === companyId)
    .sort((a, b) => (newer(a, b) ? -1 : 1));
  return page(call.query, roles.map(roleView));
}

export function getRole(visit: Visit): Answer | Refusal {
  const role = find(visit);
  return role === undefined ? notFound : { status: 200, body: roleView(role) };
}

export function createRole(visit: Visit): Answer | Refusal {
  const { rinne, company, time } = visit;
  const fields = fieldsOf(visit, ['name', 'permissions', 'description', 'company_id', 'organization_id'], true);
  if ('code' in fields) return fields;
  const { name = '', permissions = [], description = null, company_id = null, organization_id = null } = fields;
  const refusal = mayCreate(visit, fields) ?? mayBeNamed(visit, name, company_id);
  if (refusal !== undefined) return refusal;
  const stamps = { created_at: time, updated_at: time, context: company_id ?? company };
  const role: RinneRole = { id: newUuid(), name, permissions, description, company_id, organization_id, ...stamps };
  rinne.roles.push(role);
  return { status: 201, body: roleView(role), wrote: true };
}

/** The body becomes name, permissions and description: what it leaves out is gone. */
export function changeRole(visit: Visit): Answer | Refusal {
  const old = find(visit);
  if (old === undefined) return notFound;
  const refusal = mayWrite(old);
  if (refusal !== undefined) return refusal;
  const fields = fieldsOf(visit, ['name', 'permissions', 'description'], false);
  if ('code' in fields) return fields;
  const { name = '', permissions = [], description = null } = fields;
  const taken = mayBeNamed(visit, name, old.company_id, old);
  if (taken !== undefined) return taken;
  const role = replace(visit.rinne.roles, old, { ...old, name, permissions, description, updated_at: visit.time });
  rename(visit, old, name);
  return { status: 200, body: roleView(role), wrote: true };
}

/** Gone for good, also where users have it. */
export function deleteRole(visit: Visit): Answer | Refusal {
  const role = find(visit);
  if (role === undefined) return notFound;
  const refusal = mayWrite(role);
  if (refusal !== undefined) return refusal;
  visit.rinne.roles.splice(visit.rinne.roles.indexOf(role), 1);
  return { status: 204, wrote: true };
}

const notFound: Refusal = { code: 'RESOURCE_NOT_FOUND', message: 'Role not found' };

function newer(a: RinneRole, b: RinneRole): boolean {
  return a.created_at === b.created_at ? a.id < b.id : a.created_at > b.created_at;
}

function find({ rinne, id, company }: Visit): RinneRole | undefined {
  return rinne.roles.find((role) => role.id === id && sees(company, role));
}

function mayWrite(role: RinneRole): Refusal | undefined {
  const builtIn = role.company_id === null && builtInRoles.some((name) => name === role.name);
  if (!builtIn) return undefined;
  const details = { reason: 'System roles cannot be changed' };
  return { code: 'AUTHORIZATION_ERROR', message: 'Access denied', details };
}

function mayCreate({ rinne, company, user }: Visit, { company_id, organization_id }: Fields): Refusal | undefined {
  const mine = rinne.users.find((candidate) => candidate.id === user)?.companies ?? [];
  if (company_id !== undefined && !mine.some((membership) => membership.id === company_id)) {
    const details = { reason: 'The user does not belong to this company' };
    return { code: 'AUTHORIZATION_ERROR', message: 'Access denied', details };
  }
  const parent = rinne.roles.some((role) => role.id === organization_id && sees(company, role));
  if (organization_id === undefined || parent) return undefined;
  return invalid({ field: 'organization_id', type: 'INVALID_VALUE', message: 'No such role' });
}

/**
 * The names of built-in roles are taken for roles without a company: the update page's own example writes a company's
 * `admin`. Other names are taken only where the state asks for it.
 */
function mayBeNamed(
  { rinne, company }: Visit,
  name: string,
  owner: string | null,
  self?: RinneRole,
): Refusal | undefined {
  const rivals = rinne.roles.filter((role) => role !== self && role.name === name && sees(company, role));
  const isTaken = rivals.some((role) => (mayWrite(role) === undefined ? rinne.uniqueNames === true : owner === null));
  if (!isTaken) return undefined;
  return { code: 'CONFLICT_ERROR', message: 'A role with this name already exists' };
}

/** Users keep a role that is renamed, though the state stores it by name. */
function rename({ rinne, company }: Visit, old: RinneRole, name: string): void {
  for (const user of rinne.users) {
    const membership = user.companies.find(({ id }) => id === company);
    if (membership === undefined || !membership.roles.includes(old.name)) continue;
    const roles = membership.roles.map((held) => (held === old.name ? name : held));
    replace(user.companies, membership, { ...membership, roles });
  }
}

interface Fields {
  readonly name?: string;
  readonly permissions?: readonly string[];
  readonly description?: string;
  readonly company_id?: string;
  readonly organization_id?: string;
}

/** The body, where every field is one of `known` and right; null is never right. */
function fieldsOf({ call }: Visit, known: readonly string[], whole: boolean): Fields | Refusal {
  const body = objectIn(call.body);
  if (body === undefined) return noObject;
  const foreign = Object.keys(body).filter((field) => !known.includes(field));
  const issues = [
    ...foreign.map((field): Issue => ({ field, type: 'UNKNOWN_FIELD', message: `Unknown field '${field}'` })),
    ...text('name', body['name'], 1, 100, whole),
    ...list('permissions', body['permissions'], whole),
    ...text('description', body['description'], 0, 500, false),
    ...text('company_id', body['company_id'], 1, 100, false),
    ...text('organization_id', body['organization_id'], 1, 100, false),
  ];
  return issues.length === 0 ? (body as Fields) : invalid(...issues);
}

function text(field: string, value: unknown, least: number, most: number, required: boolean): readonly Issue[] {
  if (value === undefined) return required ? [missing(field)] : [];
  if (typeof value !== 'string') return [{ field, type: 'INVALID_TYPE', message: `Field '${field}' must be a string` }];
  if (value.length < least) return [{ field, type: 'TOO_SMALL', message: `Field '${field}' must not be empty` }];
  if (value.length > most)
    return [{ field, type: 'TOO_BIG', message: `Field '${field}' must be at most ${most} characters` }];
  return [];
}

function list(field: string, value: unknown, required: boolean): readonly Issue[] {
  if (value === undefined) return required ? [missing(field)] : [];
  if (!isStrings(value))
    return [{ field, type: 'INVALID_TYPE', message: `Field '${field}' must be an array of strings` }];
  return value.length > 0 ? [] : [{ field, type: 'TOO_SMALL', message: `Field '${field}' must have at least 1 item` }];
}

function missing(field: string): Issue {
  return { field, type: 'REQUIRED', message: `Field '${field}' is required` };
}
