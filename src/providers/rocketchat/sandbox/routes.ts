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
import { check, type SchemaName } from './schemas.ts';
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
  const { input, refusal: misshapen } = inputOf(route, workspace, call);
  if (misshapen !== undefined) return misshapen;
  const limit = overLimit(visit, `${call.method} ${endpoint}`);
  if (limit.refusal !== undefined) return { ...limit.refusal, headers: limit.headers };
  return { ...route.run({ ...visit, input }), headers: limit.headers };
}

interface Route {
  readonly anonymous?: boolean;
  /** Older servers do not have it. */
  readonly sinceTyped?: boolean;
  readonly permitted?: boolean;
  /** Behind the licence: always, or on older servers only. */
  readonly licence?: 'always' | 'older';
  readonly schema?: SchemaName;
  readonly run: (visit: Visit) => Answer;
}

const routes: Readonly<Record<string, Route>> = {
  'POST login': { anonymous: true, run: login },
  'GET me': { run: whoAmI },
  'GET licenses.info': { sinceTyped: true, run: showLicence },
  'GET roles.list': { run: listRoles },
  'GET roles.sync': { run: syncRoles },
  'POST roles.create': { licence: 'always', schema: 'roles.create', run: createRole },
  'POST roles.update': { licence: 'older', schema: 'roles.update', run: updateRole },
  'POST roles.delete': { permitted: true, schema: 'roles.delete', run: deleteRole },
  'GET roles.getUsersInRole': { permitted: true, schema: 'roles.getUsersInRole', run: usersInRole },
  'GET permissions.listAll': { run: listPermissions },
  'POST permissions.update': { permitted: true, schema: 'permissions.update', run: updatePermissions },
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

function forbidden(route: Route, { workspace, user, call }: Omit<Visit, 'input'>): Answer | undefined {
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

/** The query or body as the server's AJV leaves it: converted to the types of the schema. A body that is no JSON is empty. */
function inputOf(
  route: Route,
  workspace: Workspace,
  call: Call,
): { readonly input: unknown; readonly refusal?: Answer } {
  if (call.body.is === 'malformed')
    return { input: undefined, refusal: failure(400, 'Invalid JSON', 'invalid-params') };
  const given = call.method === 'GET' ? call.query : (objectIn(call.body) ?? {});
  if (route.schema === undefined) return { input: given };
  const { value, errors } = check(route.schema, given);
  if (errors === undefined) return { input: value };
  if (call.method === 'GET') {
    const type = workspace.older === true ? 'error-param-not-provided' : 'error-invalid-params';
    return { input: undefined, refusal: thrown(type, errors) };
  }
  if (workspace.older !== true) return { input: undefined, refusal: thrown('invalid-params', errors) };
  const type = route.schema === 'permissions.update' ? 'error-invalid-body-params' : 'error-invalid-role-properties';
  return { input: undefined, refusal: thrown(type, 'The role properties are invalid.') };
}
