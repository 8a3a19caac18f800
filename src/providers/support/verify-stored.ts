/** Compares what a provider says it stored with what was sent: some drop silently what they do not know. */

import { effects } from '../../core/change.ts';
import { Failure } from '../../core/failure.ts';
import type { Role } from '../../core/role.ts';
import { shown } from '../../core/text.ts';

/** Throws a Failure that names what was not kept. Both roles are normalised. */
export function verifyStored(label: string, sent: Role, stored: Role): void {
  const { grants, revokes, fields } = effects(sent, stored);
  const lost = [
    ...Object.keys(fields).map((field) => `the ${field}`),
    ...revokes.map((permission) => `permission \`${shown(permission)}\``),
    ...grants.map((permission) => `the absence of permission \`${shown(permission)}\``),
  ];
  if (lost.length === 0) return;
  const more = lost.length > 5 ? ` and ${lost.length - 5} more` : '';
  throw new Failure('response', `${label} did not store what was sent: ${lost.slice(0, 5).join(', ')}${more}`);
}
