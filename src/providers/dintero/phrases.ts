/**
 * Dintero's scopes in words: `verb:resource`, with a table for those below a resource.
 * Source: docs.dintero.com/docs/clients, "Available scopes", and the scopes that the API reference names per endpoint.
 */
import type { Known } from '../catalogue/phrasebook.ts';

/** What the vendor's table says of `admin:` each ("Fully manage eReceipts"), in shorter words. */
const resources: ReadonlyMap<string, string> = new Map([
  ['account', 'the account and who may use it'],
  ['accounts', 'the account and who may use it'],
  ['automations', 'automations'],
  ['billing', 'billing'],
  ['checkout', 'checkout'],
  ['customers', 'customer data'],
  ['discounts', 'discounts'],
  ['hooks', 'subscription hooks'],
  ['locations', 'sale locations'],
  ['receipts', 'receipts'],
  ['shopping', 'shopping'],
  ['wallets', 'wallets'],
]);

type Verb = readonly [Known['class'], (what: string) => string];

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['admin', ['admin', (what) => `full control of ${what}`]],
  ['write', ['write', (what) => `change ${what}`]],
  ['create', ['write', (what) => `create ${what}`]],
  ['user', ['write', (what) => `use ${what} as the end user`]],
  ['read', ['read', (what) => `see ${what}`]],
  ['public', ['read', (what) => `see what is public of ${what}`]],
]);

const below: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['create:account', { class: 'power', phrase: 'create accounts' }],
  ['create:accounts:auth:refresh_token', { class: 'power', phrase: 'create refresh tokens, which keep a login alive' }],
  ['create:applicant', { class: 'write', phrase: 'create applicants' }],
  ['create:customers:/users', { class: 'write', phrase: 'create users of the customer programme' }],
  ['read:discounts:/available_for_receipt', { class: 'read', phrase: 'see which discounts a receipt can use' }],
  ['write:accounts:/auth/mfa', { class: 'power', phrase: 'set up second factors of logins' }],
  ['write:accounts:/auth/passwordless', { class: 'power', phrase: 'start logins without a password' }],
  ['write:accounts:/auth/passwordless-email', { class: 'power', phrase: 'start logins by e-mail' }],
  ['write:accounts:/auth/passwordless-sms', { class: 'power', phrase: 'start logins by text message' }],
  ['write:accounts:/auth/passwordless/code', { class: 'power', phrase: 'complete logins without a password' }],
  ['write:accounts:/auth/users', { class: 'power', phrase: 'sign in as a user of the account' }],
  ['write:accounts:/auth/users/no-mfa', { class: 'power', phrase: 'sign in as a user without a second factor' }],
  ['write:accounts:/management/settings/approvals', { class: 'power', phrase: 'change which steps need an approval' }],
  ...['bambora', 'collector', 'instabank', 'payex', 'swish', 'vipps'].map((connection): [string, Known] => [
    `write:accounts:/management/settings/connections/${connection}`,
    { class: 'admin', phrase: `change the payment connection to ${connection}` },
  ]),
  ['write:discounts:/available_for_receipt', { class: 'write', phrase: 'change which discounts a receipt can use' }],
  ['write:discounts:/events', { class: 'write', phrase: 'record what happens to discounts' }],
]);

export function phraseDintero(permission: string): Known | undefined {
  const exact = below.get(permission);
  if (exact !== undefined) return exact;
  const [verb = '', resource = '', ...deeper] = permission.split(':');
  const found = verbs.get(verb);
  const what = resources.get(resource);
  if (found === undefined || what === undefined || deeper.length > 0) return undefined;
  const [risk, phrase] = found;
  // Who changes the account changes who may use it.
  const grants = resource.startsWith('account') && risk !== 'read';
  return { class: grants ? 'power' : risk, phrase: phrase(what) };
}
