/** A call on a realm whose token was accepted, who makes it, and the server's ways to answer and to refuse. */
import type { Answer, Call } from '../../../sandbox/call.ts';
import type { KeycloakRealm, KeycloakRole } from './state.ts';

export interface Visit {
  readonly realmName: string;
  readonly realm: KeycloakRealm;
  readonly call: Call;
  /** The address that `Location` begins with. */
  readonly origin: string;
  /** Names of roles of `realm-management` that the caller has, those held through others included. */
  readonly rights: ReadonlySet<string>;
}

export const forbidden: Answer = { status: 403, body: { error: 'HTTP 403 Forbidden' } };
export const notFound: Answer = { status: 404, body: { error: 'HTTP 404 Not Found' } };
/** 204, as every write but a create is answered. */
export const done: Answer = { status: 204, wrote: true };

export function missing(what: string): Answer {
  return { status: 404, body: { error: `Could not find ${what}` } };
}

export function mistake(status: number, errorMessage: string): Answer {
  return { status, body: { errorMessage } };
}

/** What the server says of what it did not expect, a text that is too long for its column included. */
export const unexpected: Answer = {
  status: 500,
  body: { error: 'unknown_error', error_description: 'For more on this error consult the server log.' },
};

/** To see or to change a role takes the right for its place; whoever may change may see. */
export function may({ rights }: Visit, verb: 'view' | 'manage', role: Pick<KeycloakRole, 'client'>): boolean {
  const what = role.client === undefined ? 'realm' : 'clients';
  return rights.has(`manage-${what}`) || (verb === 'view' && rights.has(`view-${what}`));
}

export function maySeeAnything({ rights }: Visit): boolean {
  return ['manage-realm', 'query-realms', 'view-clients', 'view-realm'].some((right) => rights.has(right));
}
