/**
 * A stand-in of Rinne's login, role and user API: https://docs.rinne.com.br/api-reference/roles/list-roles. Where the
 * documentation is silent it does what hurts a careless client most. Changes nothing but the state it is given.
 */
import { type Answer, type Call, segmentsOf } from '../../../sandbox/call.ts';
import { allows, type Refusal, refuse, type Visit } from './handler.ts';
import { changeRole, createRole, deleteRole, getRole, listRoles } from './roles.ts';
import { login, selectCompany, sessionOf, whoAmI } from './session.ts';
import type { RinneWorld } from './state.ts';
import { listUsers } from './users.ts';

export function rinne(world: RinneWorld, call: Call): Answer {
  const answer = route(world, call);
  return 'code' in answer ? refuse(answer, call.path, world.now()) : answer;
}

function route(world: RinneWorld, call: Call): Answer | Refusal {
  const [version, area, leaf, ...rest] = segmentsOf(call.path) ?? [];
  if (version !== 'v1' || rest.length > 0 || leaf === '')
    return { code: 'RESOURCE_NOT_FOUND', message: 'Route not found' };
  const path =
    area === 'auth' || leaf === undefined ? `${area}${leaf === undefined ? '' : `/${leaf}`}` : `${area}/{id}`;
  const name = `${call.method} ${path}`;
  if (name === 'POST auth/login') return login(world, call);

  const known = routes[name];
  if (known === undefined) return { code: 'RESOURCE_NOT_FOUND', message: 'Route not found' };
  const token = sessionOf(world, call);
  if (token === undefined) {
    const details = { reason: 'Missing, invalid or expired token' };
    return { code: 'AUTHENTICATION_ERROR', message: 'Authentication failed', details };
  }
  if (known.permission === null) return known.run(world, call, token);
  if (token.company === null) {
    return { code: 'AUTHORIZATION_ERROR', message: 'Access denied', details: { reason: 'No company is selected' } };
  }
  if (!allows(token.permissions, known.permission)) {
    const details = { reason: `Requires the ${known.permission} permission` };
    return { code: 'AUTHORIZATION_ERROR', message: 'Access denied', details };
  }
  const time = new Date(world.now()).toISOString();
  return known.run({ rinne: world.state, call, id: leaf ?? '', company: token.company, user: token.user, time });
}

type Known =
  | { readonly permission: string; readonly run: (visit: Visit) => Answer | Refusal }
  | { readonly permission: null; readonly run: typeof whoAmI };

const routes: Readonly<Record<string, Known>> = {
  'GET auth/me': { permission: null, run: whoAmI },
  'POST auth/select-company': { permission: null, run: selectCompany },
  'GET roles': { permission: 'role.list', run: listRoles },
  'POST roles': { permission: 'role.create', run: createRole },
  'GET roles/{id}': { permission: 'role.list', run: getRole },
  'PUT roles/{id}': { permission: 'role.edit', run: changeRole },
  'DELETE roles/{id}': { permission: 'role.delete', run: deleteRole },
  'GET users': { permission: 'user.list', run: listUsers },
};
