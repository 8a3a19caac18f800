/**
 * A stand-in of Dintero's token and role API: docs.dintero.com, management-auth-api/roles. Where the documentation is
 * silent it does what hurts a careless client most. Changes nothing but the state it is given.
 */
import { type Answer, type Call, objectIn, segmentsOf } from '../../../sandbox/call.ts';
import { newToken } from '../../../sandbox/identity.ts';
import { own } from '../../../sandbox/state.ts';
import { error, type Visit } from './handler.ts';
import { changeRole, createRole, deleteRole, getRole, listRoles } from './roles.ts';
import type { DinteroToken, DinteroWorld } from './state.ts';

export function dintero(world: DinteroWorld, call: Call): Answer {
  const [top, account = '', area, leaf, id, ...rest] = segmentsOf(call.path) ?? [];
  if (top !== 'accounts' || rest.length > 0) return error(404, 'Not found');
  const route = `${call.method} ${area}/${leaf}${id === undefined ? '' : '/{id}'}`;
  if (route === 'POST auth/token') return giveToken(world, account, call);
  const known = routes[route];
  if (known === undefined || id === '') return error(404, 'Not found');

  const token = tokenOf(world, call);
  if (token === undefined) return error(401, 'Access forbidden, invalid JWT token was used');
  const data = own(world.state.accounts, account);
  if (data === undefined || token.account !== account) return error(403, 'Forbidden');
  if (!known.scopes.some((scope) => token.scopes.includes(scope))) return error(403, 'Forbidden');
  return known.run({ data, call, id: id ?? '', token, time: new Date(world.now()).toISOString() });
}

const read = ['admin:accounts', 'read:accounts'];
const write = ['admin:accounts', 'write:accounts'];

const routes: Readonly<Record<string, { readonly scopes: readonly string[]; readonly run: (visit: Visit) => Answer }>> =
  {
    'GET auth/roles': { scopes: read, run: listRoles },
    'POST auth/roles': { scopes: write, run: createRole },
    'GET auth/roles/{id}': { scopes: read, run: getRole },
    'PUT auth/roles/{id}': { scopes: write, run: changeRole },
    'DELETE auth/roles/{id}': { scopes: write, run: deleteRole },
    'GET management/users': { scopes: read, run: listUsers },
  };

function giveToken(world: DinteroWorld, account: string, call: Call): Answer {
  const body = objectIn(call.body);
  if (body === undefined) return error(400, 'The body must be a JSON object, sent as application/json');
  if (body['grant_type'] !== 'client_credentials') return error(400, 'grant_type must be client_credentials');
  if (typeof body['audience'] !== 'string') return error(400, 'audience is required');
  const { clientId, secret } = basicOf(call.headers['authorization'] ?? '');
  const client = own(world.state.accounts, account)?.clients.find(
    (candidate) => candidate.clientId === clientId && candidate.clientSecret === secret,
  );
  if (client === undefined) return error(401, 'Invalid client credentials');
  if (body['audience'] !== `https://api.dintero.com/v1/accounts/${account}`) {
    return error(403, 'The audience must be a grant associated with the client');
  }
  const token = newToken();
  const expires = world.now() + world.tokenSeconds * 1000;
  world.memory.set(token, { account, clientId: client.clientId, scopes: client.scopes, expires });
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: world.tokenSeconds } };
}

function basicOf(header: string): { clientId: string; secret: string } {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header) ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { clientId: text.slice(0, Math.max(colon, 0)), secret: text.slice(colon + 1) };
}

function tokenOf(world: DinteroWorld, call: Call): DinteroToken | undefined {
  const [, token = ''] = /^Bearer (\S+)$/.exec(call.headers['authorization'] ?? '') ?? [];
  const known = world.memory.get(token);
  return known !== undefined && known.expires > world.now() ? known : undefined;
}

/** All users at once: no page, no filter by role. Their roles are ids unless the caller asks to expand them. */
function listUsers({ data, call }: Visit): Answer {
  const expanded = (own(call.query, 'expand') ?? '').split(',').includes('roles');
  const roles = new Map(data.roles.map((role) => [role.id, role]));
  const users = data.users.map((user) => ({
    ...user,
    scope: user.scope ?? [],
    roles: expanded ? user.roles.map(({ id }) => roles.get(id) ?? { id }) : user.roles,
  }));
  return { status: 200, body: users };
}
