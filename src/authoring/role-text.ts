/** New roles at the end of a file, written as the roles beside them are. */
import type { Role } from '../core/role.ts';
import { addItems } from './item-text.ts';

/** A role as a file will declare it: without defaults, its permissions in the order in which they will be written. */
export interface WrittenRole extends Role {
  /** Where its name alone does not tell which live role is meant. */
  readonly id?: string;
  /** Lines of a comment above it. */
  readonly remarks?: readonly string[];
}

/** The text with these roles added, in this order; undefined: there is no telling where they would go. */
export function addRoles(text: string, added: readonly WrittenRole[]): string | undefined {
  const items = added.map(({ remarks = [], ...role }) => ({ keys: keysOf(role), remarks }));
  return addItems(text, { key: 'roles', lists: ['permissions'], brackets: false }, items);
}

function keysOf({
  name,
  id,
  description,
  settings,
  permissions,
}: WrittenRole): readonly (readonly [string, unknown])[] {
  return [
    ['name', name],
    ...(id === undefined ? [] : [['id', id] as const]),
    ...(description === '' ? [] : [['description', description] as const]),
    ...Object.entries(settings),
    ['permissions', permissions],
  ];
}
