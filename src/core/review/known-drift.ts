/** What reviewed plans showed as drift: the current plan may have been made without the base that separates it. Pure. */
import { type Change, type Part, partKey } from '../change.ts';
import { sameLiveSystem } from '../digest.ts';
import { type Identity, isPlanned, type Plan } from '../plan.ts';

export function knownDrift(reviewed: readonly Plan[], target: Identity): (change: Change, part: Part) => boolean {
  const seen = reviewed
    .flatMap(({ targets }) => targets.filter(isPlanned))
    .filter((one) => sameLiveSystem(one, target))
    .flatMap(({ changes, withheld }) => [...changes, ...withheld]);
  const keys = new Set(seen.flatMap((change) => (change.drift ?? []).map((part) => keyOf(change, part))));
  return (change, part) => keys.has(keyOf(change, part));
}

function keyOf({ id, role }: Change, part: Part): string {
  return JSON.stringify([id === null ? ['name', role] : ['id', id], partKey(part)]);
}
