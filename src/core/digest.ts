/** The name of a plan's meaning: equal for equal effects on the same live systems, different for any other. */
import { createHash } from 'node:crypto';
import { canonical } from './canonical.ts';
import type { Identity, TargetPlan } from './plan.ts';
import { byCodeUnit } from './role.ts';

/**
 * `sha256:` and 64 hex digits over the targets and what is done to them, side effects included. Not in it: clock, tool version, what is
 * withheld or unmanaged, where in the files it stands, and what untouched roles look like.
 */
export function digest(targets: readonly TargetPlan[]): string {
  const meaning = targets.map((target) => canonical(meaningOf(target))).sort(byCodeUnit);
  return sha256(`["rolesync-2",[${meaning.join(',')}]]`);
}

/** Over everything that a saved plan holds but the checksum itself: for an edit that leaves the meaning alone. */
export function checksum(plan: object): string {
  return sha256(canonical({ ...plan, checksum: undefined }));
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Whether two plans speak of one target of one live system. */
export function sameLiveSystem(a: Identity, b: Identity): boolean {
  return canonical(systemOf(a)) === canonical(systemOf(b));
}

function systemOf({ name, provider, baseUrl, tenant }: Identity): readonly string[] {
  return [name, provider, sameHost(baseUrl), tenant];
}

function meaningOf(target: TargetPlan): readonly unknown[] {
  const effects =
    'error' in target
      ? 'error'
      : target.changes
          .map(({ action, id, before, after, drops }) => ({
            key: canonical([action, id, before, after, drops]),
            effect: [action, id, before, after, drops],
          }))
          .sort((a, b) => byCodeUnit(a.key, b.key))
          .map(({ effect }) => effect);
  const reached = 'error' in target ? [] : (target.inTheEnd ?? []);
  // Only where there is something: what it comes to is as much a meaning as what is done.
  const further = reached.map(({ role, id, direction, permission }) => [
    id,
    id === null ? role : null,
    direction,
    permission,
  ]);
  return [...systemOf(target), effects, ...(further.length > 0 ? [further] : [])];
}

function sameHost(baseUrl: string): string {
  const [, origin = '', path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)?(.*)$/is.exec(baseUrl) ?? [];
  return origin.toLowerCase() + path.replace(/\/+$/, '');
}
