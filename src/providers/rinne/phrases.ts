/**
 * Rinne's permissions in words: `resource[.subresource].action`.
 * Source: docs.rinne.com.br/guides/user-management for the form and the actions, the sections of the API reference
 * (docs.rinne.com.br/llms.txt) for the resources: the vendor's own table of permissions is not public.
 */
import type { Known } from '../catalogue/phrasebook.ts';

/** In words, and what changing it amounts to. */
type Resource = readonly [what: string, change: 'power' | 'admin' | 'write'];

const resources: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['affiliation', ['affiliations', 'write']],
  ['api_key', ['API keys', 'power']],
  ['bank_account', ['bank accounts', 'admin']],
  ['banking', ['banking data', 'admin']],
  ['cashout', ['cash-outs', 'admin']],
  ['company', ['companies', 'admin']],
  ['merchant', ['merchants', 'admin']],
  ['permission', ['permissions', 'power']],
  ['role', ['roles', 'power']],
  ['transaction', ['transactions', 'write']],
  ['transfer', ['transfers', 'admin']],
  ['user', ['users', 'power']],
  ['webhook', ['webhooks', 'write']],
]);

const actions: ReadonlyMap<string, string> = new Map([
  ['create', 'create'],
  ['delete', 'delete'],
  ['edit', 'change'],
  ['list', 'see'],
  ['read', 'see'],
  ['update', 'change'],
  ['view', 'see'],
]);

/** Who creates or changes a user says which roles the user has (guides/user-management). */
const exact: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['user.create', { class: 'power', phrase: 'create users and give them roles' }],
  ['user.edit', { class: 'power', phrase: 'change users and the roles they have' }],
]);

export function phraseRinne(permission: string): Known | undefined {
  const known = exact.get(permission);
  if (known !== undefined) return known;
  const path = permission.split('.');
  const verb = actions.get(path.at(-1) ?? '');
  const below = path.length === 3 && path[0] === 'merchant';
  const found = path.length === 2 || below ? resources.get(path.at(-2) ?? '') : undefined;
  if (verb === undefined || found === undefined) return undefined;
  const [what, change] = found;
  const phrase = `${verb} ${what}${below ? ' of merchants' : ''}`;
  return { class: verb === 'see' ? 'read' : change, phrase };
}
