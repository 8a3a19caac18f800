/**
 * A stand-in of Rocket.Chat's role and permission API, with the order of checks of its server: login, permission,
 * licence, schema, rate limit, handler. https://developer.rocket.chat/apidocs/permissions-and-roles. Changes nothing but its state.
 */
import { type Answer, type Call, objectIn, segmentsOf } from '../../../sandbox/call.ts';
import { own } from '../../../sandbox/state.ts';
import { failure, holds, notFound, thrown, type Visit } from './handler.ts';
import { listPermissions, updatePermissions } from './permissions.ts';
import { overLimit } from './rate-limit.ts';
import { createRole, deleteRole, listRoles, syncRoles, updateRole } from './roles.ts';
import { check, type Inputs, type SchemaName } from './schemas.ts';
import type { ChatUser, ChatWorld, Workspace } from './state.ts';
import { login, showLicence, usersInRole, whoAmI } from './users.ts';

export function rocketchat(world: ChatWorld, call: Call): Answer {
  const [name = '', api, version, endpoint = '', ...rest] = segmentsOf(call.path) ?? [];
  const workspace = own(world.state.workspaces, name);
  const route = routes[`${call.method} ${endpoint}`];
  if (workspace === undefined || api !== 'api' || version !== 'v1' || rest.length > 0 || route === undefined)
    return notFound;
  if (route.sinceTyped === true && workspace.older === true) return notFound;

  const user = callerOf(world, name, workspace, call);
  if (user === undefined && route.anonymous !== true) return unauthorized(workspace);
  const visit = { world, name, workspace, call, time: new Date(world.now()).toISOString(), user: user ?? nobody };
  const refusal = forbidden(route, visit) ?? unlicensed(route, workspace);
  if (refusal !== undefined) return refusal;
  if (call.body.is === 'malformed') return failure(400, 'Invalid JSON', 'invalid-params');
  const request = route.read(call.method === 'GET' ? call.query : (objectIn(call.body) ?? {}));
  if ('errors' in request) return misshapen(request, workspace, call);
  const limit = overLimit(visit, `${call.method} ${endpoint}`);
  if (limit.refusal !== undefined) return { ...limit.refusal, headers: limit.headers };
  return { ...request.run(visit), headers: limit.headers };
}

type Caller = Omit<Visit, 'input'>;

/** Ready to run, or what its schema has against it. */
type Request = { readonly run: (visit: Caller) => Answer } | { readonly schema: SchemaName; readonly errors: string };

interface Route {
  readonly anonymous?: boolean;
  /** Older servers do not have it. */
  readonly sinceTyped?: boolean;
  readonly permitted?: boolean;
  /** Behind the licence: always, or on older servers only. */
  readonly licence?: 'always' | 'older';
  /** Query or body as the server's AJV leaves it, converted to the types of the schema; a body that is no JSON is empty. */
  readonly read: (given: unknown) => Request;
}

function untyped(run: (visit: Visit) => Answer): Pick<Route, 'read'> {
  return { read: (input) => ({ run: (visit) => run({ ...visit, input }) }) };
}

function typed<Name extends SchemaName>(
  schema: Name,
  run: (visit: Visit<Inputs[Name]>) => Answer,
): Pick<Route, 'read'> {
  const read = (given: unknown): Request => {
    const checked = check(schema, given);
    return 'errors' in checked ? { schema, ...checked } : { run: (visit) => run({ ...visit, input: checked.value }) };
  };
  return { read };
}

const routes: Readonly<Record<string, Route>> = {
  'POST login': { anonymous: true, ...untyped(login) },
  'GET me': { ...untyped(whoAmI) },
  'GET licenses.info': { sinceTyped: true, ...untyped(showLicence) },
  'GET roles.list': { ...untyped(listRoles) },
  'GET roles.sync': { ...untyped(syncRoles) },
  'POST roles.create': { licence: 'always', ...typed('roles.create', createRole) },
  'POST roles.update': { licence: 'older', ...typed('roles.update', updateRole) },
  'POST roles.delete': { permitted: true, ...typed('roles.delete', deleteRole) },
  'GET roles.getUsersInRole': { permitted: true, ...typed('roles.getUsersInRole', usersInRole) },
  'GET permissions.listAll': { ...untyped(listPermissions) },
  'POST permissions.update': { permitted: true, ...typed('permissions.update', updatePermissions) },
};

const nobody: ChatUser = { _id: '', username: '', tokens: [], roles: [] };

function callerOf(world: ChatWorld, name: string, workspace: Workspace, call: Call): ChatUser | undefined {
  const token = call.headers['x-auth-token'] ?? '';
  const user = workspace.users.find((candidate) => candidate._id === call.headers['x-user-id']);
  if (user === undefined || token === '') return undefined;
  const session = world.memory.tokens.get(token);
  const loggedIn = session?.workspace === name && session.user === user._id;
  return loggedIn || user.tokens.includes(token) ? user : undefined;
}

function unauthorized(workspace: Workspace): Answer {
  const message = 'You must be logged in to do this.';
  const newer = workspace.older === true ? {} : { success: false, error: message };
  return { status: 401, body: { ...newer, status: 'error', message } };
}

function forbidden(route: Route, { workspace, user, call }: Caller): Answer | undefined {
  if (route.permitted !== true || holds(workspace, user, 'access-permissions')) return undefined;
  if (workspace.older === true && call.path.endsWith('/permissions.update')) {
    return thrown('error-edit-permissions-not-allowed', 'Editing permissions is not allowed');
  }
  return failure(403, 'User does not have the permissions required for this action [error-unauthorized]');
}

function unlicensed(route: Route, workspace: Workspace): Answer | undefined {
  const gated = route.licence === 'always' || (route.licence === 'older' && workspace.older === true);
  if (!gated || workspace.customRoles) return undefined;
  return thrown('error-action-not-allowed', 'This is an enterprise feature');
}

function misshapen(
  { schema, errors }: { readonly schema: SchemaName; readonly errors: string },
  { older }: Workspace,
  { method }: Call,
): Answer {
  if (method === 'GET') return thrown(older === true ? 'error-param-not-provided' : 'error-invalid-params', errors);
  if (older !== true) return thrown('invalid-params', errors);
  const type = schema === 'permissions.update' ? 'error-invalid-body-params' : 'error-invalid-role-properties';
  return thrown(type, 'The role properties are invalid.');
}
