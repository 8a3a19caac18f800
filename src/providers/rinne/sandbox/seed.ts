/** A believable little world to try rolesync on: two companies, the same on every machine. */
import { uuidOf } from '../../../sandbox/identity.ts';
import { birth, replace } from '../../../sandbox/state.ts';
import { issueCredentials } from './credentials.ts';
import type { Rinne, RinneRole } from './state.ts';

export function furnish(rinne: Rinne): void {
  for (const name of ['Padaria Central', 'Mercado Novo']) furnishCompany(rinne, name);
}

function furnishCompany(rinne: Rinne, name: string): void {
  const company = uuidOf('rinne company', name);
  issueCredentials(rinne, company);
  const named = rinne.companies.find(({ id }) => id === company);
  if (named !== undefined) replace(rinne.companies, named, { id: company, name });
  const role = (title: string, description: string | null, permissions: readonly string[]): RinneRole => {
    const stamps = { company_id: company, organization_id: null, created_at: birth, updated_at: birth };
    return { id: uuidOf('rinne role', company, title), name: title, permissions, description, ...stamps };
  };
  rinne.roles.push(
    role('cashier', 'Takes payments at the counter', ['transaction.create', 'transaction.list']),
    role('auditor', null, ['merchant.transaction.list', 'transaction.list', 'user.list']),
  );
  for (const [who, roles] of [
    ['ana', ['cashier']],
    ['bruno', ['cashier', 'auditor']],
  ] as const) {
    const identifier = `${who}.${company.slice(0, 8)}@example.com`;
    const id = uuidOf('rinne user', company, who);
    rinne.users.push({ id, identifier, password: `sandbox-${who}`, name: who, companies: [{ id: company, roles }] });
  }
}
