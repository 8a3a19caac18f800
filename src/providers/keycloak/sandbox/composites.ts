/** What a role is composed of: listed, added to and taken from. Roles are named by id; nothing keeps them from holding each other. */
import { type Answer, asObject } from '../../../sandbox/call.ts';
import { replace } from '../../../sandbox/state.ts';
import { done, forbidden, missing, notFound, type Visit } from './handler.ts';
import { mayGrant, shownRole } from './roles.ts';
import type { KeycloakRole } from './state.ts';

export function composites(visit: Visit, role: KeycloakRole): Answer {
  const { realm, call } = visit;
  const byId = new Map(realm.roles.map((one) => [one.id, one]));
  if (call.method === 'GET') {
    const held = role.composites.flatMap((id) => byId.get(id) ?? []);
    return { status: 200, body: held.map((one) => shownRole(realm, one, 'brief')) };
  }
  const ids = idsIn(visit);
  if (ids === undefined)
    return { status: 400, body: { error: 'unknown_error', error_description: 'Cannot parse the JSON' } };
  const named = ids.map((id) => byId.get(id));
  // All or nothing.
  if (named.some((one) => one === undefined)) return missing('composite role');
  const roles = named.filter((one) => one !== undefined);
  if (call.method === 'POST') {
    if (!roles.every((one) => mayGrant(visit, one))) return forbidden;
    replace(realm.roles, role, { ...role, composites: [...new Set([...role.composites, ...ids])] });
    return done;
  }
  if (call.method !== 'DELETE') return notFound;
  replace(realm.roles, role, { ...role, composites: role.composites.filter((id) => !ids.includes(id)) });
  return done;
}

function idsIn({ call: { body } }: Visit): readonly string[] | undefined {
  if (body.is !== 'json' || !Array.isArray(body.value)) return undefined;
  const ids = body.value.map((item) => asObject(item)?.['id']);
  // Without an id nothing is found, whatever its name.
  return ids.map((id) => (typeof id === 'string' ? id : ''));
}
