/** Which live roles a declared role could mean. Unlike `match` it never fails, so a safety can rest on it; nothing is planned by it. */
import { type DesiredRole, groupBy } from './role.ts';

/** What is needed of a live role here. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
}

type Wanted = Pick<DesiredRole, 'id' | 'name' | 'previously'>;

/** By id, or else by name, or else by the first former name that is live; several where live roles share a name. */
export function candidatesIn<Live extends Candidate>(live: readonly Live[]): (wanted: Wanted) => readonly Live[] {
  const byId = groupBy(live, ({ id }) => id);
  const byName = groupBy(live, ({ name }) => name);
  return ({ id, name, previously }) => {
    if (id !== undefined) return byId.get(id) ?? [];
    const found = [name, ...previously].find((one) => byName.has(one));
    return found === undefined ? [] : (byName.get(found) ?? []);
  };
}
