/** Rinne's sessions: log in, select a company, who am I. A token is good for the one company it was made for, or for none. */
import { type Answer, type Call, objectIn } from '../../../sandbox/call.ts';
import { newToken } from '../../../sandbox/identity.ts';
import { invalid, noObject, type Refusal } from './handler.ts';
import type { RinneToken, RinneUser, RinneWorld } from './state.ts';
import { rolesOf, userView } from './users.ts';

/** A user of one company gets that company; a user of several gets a token for none, and the list to choose from. */
export function login(world: RinneWorld, call: Call): Answer | Refusal {
  const body = objectIn(call.body);
  if (body === undefined) return noObject;
  const wrong = wrongField(body, ['identifier', 'password']);
  if (wrong !== undefined) return wrong;
  const user = world.state.users.find((candidate) => candidate.identifier === body['identifier']);
  if (user === undefined || user.password !== body['password'] || user.suspended_at) {
    const details = { reason: 'Invalid credentials' };
    return { code: 'AUTHENTICATION_ERROR', message: 'Authentication failed', details };
  }
  const [first, ...others] = user.companies;
  return session(world, user, others.length === 0 ? (first?.id ?? null) : null);
}

export function selectCompany(world: RinneWorld, call: Call, token: RinneToken): Answer | Refusal {
  const body = objectIn(call.body);
  if (body === undefined) return noObject;
  const wrong = wrongField(body, ['company_id']);
  if (wrong !== undefined) return wrong;
  const user = world.state.users.find((candidate) => candidate.id === token.user);
  const membership = user?.companies.find((company) => company.id === body['company_id']);
  if (user === undefined || membership === undefined) {
    const details = { reason: 'The user does not belong to this company' };
    return { code: 'AUTHORIZATION_ERROR', message: 'Access denied', details };
  }
  return session(world, user, membership.id);
}

export function whoAmI(world: RinneWorld, _call: Call, token: RinneToken): Answer | Refusal {
  const user = world.state.users.find((candidate) => candidate.id === token.user);
  if (user === undefined) return { code: 'AUTHENTICATION_ERROR', message: 'Authentication failed' };
  return {
    status: 200,
    body: { user: userView(world.state, user, token.company), ...choice(world, user, token.company) },
  };
}

/** The token of a call; undefined where there is none, or it ran out. */
export function sessionOf(world: RinneWorld, call: Call): RinneToken | undefined {
  const [, token = ''] = /^Bearer (\S+)$/.exec(call.headers['authorization'] ?? '') ?? [];
  const known = world.memory.get(token);
  return known !== undefined && known.expires > world.now() ? known : undefined;
}

function session(world: RinneWorld, user: RinneUser, company: string | null): Answer {
  const rinne = world.state;
  const token = newToken();
  const expires = world.now() + world.tokenSeconds * 1000;
  const permissions = rolesOf(rinne, user, company).flatMap((role) => role.permissions);
  world.memory.set(token, { user: user.id, company, permissions, expires });
  const expires_at = new Date(expires).toISOString();
  const body = { user: userView(rinne, user, company), token, expires_at, ...choice(world, user, company) };
  return { status: 200, body };
}

/** The selected company, or the companies to choose from. */
function choice(world: RinneWorld, user: RinneUser, selected: string | null): object {
  const companies = user.companies.map(({ id, roles }) => {
    const name = world.state.companies.find((company) => company.id === id)?.name ?? id;
    return { id, name, role: roles[0] ?? '' };
  });
  const one = companies.find((company) => company.id === selected);
  return one === undefined ? { companies } : { selected_company: one };
}

function wrongField(body: Readonly<Record<string, unknown>>, names: readonly string[]): Refusal | undefined {
  for (const field of Object.keys(body)) {
    if (!names.includes(field)) return invalid({ field, type: 'UNKNOWN_FIELD', message: `Unknown field '${field}'` });
  }
  for (const field of names) {
    if (body[field] === undefined) return invalid({ field, type: 'REQUIRED', message: `Field '${field}' is required` });
    if (typeof body[field] !== 'string')
      return invalid({ field, type: 'INVALID_TYPE', message: `Field '${field}' must be a string` });
  }
  return undefined;
}
