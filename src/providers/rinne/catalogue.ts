/** The form of Rinne's permissions, and those that its documentation names: the full table is not public. */
import type { Catalogue } from '../catalogue/catalogue.ts';

const documented = [
  'merchant.banking.view',
  'merchant.company.create',
  'merchant.transaction.list',
  'role.create',
  'role.list',
  'transaction.create',
  'transaction.list',
  'user.create',
  'user.edit',
  'user.list',
  'webhook.list',
] as const;

/** Used by the vendor's own examples of roles, though `read` is no action anywhere else. */
const inExamples = ['user.read'] as const;

const wildcards = ['*.*', 'merchant.*', 'merchant.company.*', 'role.*', 'transaction.*', 'user.*'] as const;

export const rinne: Catalogue = {
  source: 'the form `resource.action` (docs.rinne.com.br/guides/user-management)',
  known: [...documented, ...inExamples, ...wildcards],
  grammar: /^(\*|[a-z_]+)(\.[a-z_]+)*\.(\*|[a-z_]+)$/,
  complete: false,
};
