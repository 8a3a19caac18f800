/** Which live roles a declared role could mean. Unlike `match` it never fails, so a safety can rest on it; nothing is planned by it. */
import type { DesiredRole } from './role.ts';

/** What is needed of a live role here. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
}

/** By id, or else by name, or else by the first former name that is live; several where live roles share a name. */
export function candidates<Live extends Candidate>(
  { id, name, previously }: Pick<DesiredRole, 'id' | 'name' | 'previously'>,
  live: readonly Live[],
): readonly Live[] {
  if (id !== undefined) return live.filter((role) => role.id === id);
  for (const one of [name, ...previously]) {
    const found = live.filter((role) => role.name === one);
    if (found.length > 0) return found;
  }
  return [];
}
