/** Rinne's users as a company sees them: their roles are stored by name and shown as whole roles. */
import type { Answer } from '../../../sandbox/call.ts';
import { page, type Refusal, type Visit } from './handler.ts';
import type { Rinne, RinneRole, RinneUser } from './state.ts';

export function listUsers({ rinne, call, company }: Visit): Answer | Refusal {
  const users = rinne.users
    .filter((user) => user.companies.some((membership) => membership.id === company))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((user) => userView(rinne, user, company));
  return page(call.query, users);
}

export function userView(rinne: Rinne, user: RinneUser, company: string | null): object {
  const identifier = {
    type: user.identifier.includes('@') ? 'email' : 'phone',
    value: user.identifier,
    verified: true,
  };
  const { id, name = '', suspended_at = null } = user;
  const roles = rolesOf(rinne, user, company).map(roleView);
  return { id, identifiers: [identifier], primary_identifier: identifier, roles, first_name: name, suspended_at };
}

/** The live roles a user has in a company; names that are no role (any more) give nothing. */
export function rolesOf(rinne: Rinne, user: RinneUser, company: string | null): readonly RinneRole[] {
  const names = user.companies.find((membership) => membership.id === company)?.roles ?? [];
  return rinne.roles.filter((role) => sees(company, role) && names.includes(role.name));
}

/** A role belongs to a company, was created in its context, or is everybody's. */
export function sees(company: string | null, role: RinneRole): boolean {
  const context = role.context ?? role.company_id;
  return context === null || context === company;
}

export function roleView(role: RinneRole): object {
  const { id, name, permissions, description, company_id, organization_id, created_at, updated_at } = role;
  return { id, name, permissions, description, company_id, organization_id, created_at, updated_at };
}
