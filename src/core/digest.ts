/** The name of a plan's meaning: equal for equal effects on the same live systems, different for any other. */
import { createHash } from 'node:crypto';
import { canonical } from './canonical.ts';
import type { Identity, TargetPlan } from './plan.ts';
import { byCodeUnit } from './role.ts';

/**
 * `sha256:` and 64 hex digits over the targets and what is done to them. Not in it: clock, tool version, what is
 * withheld or unmanaged, where in the files it stands, and what untouched roles look like.
 */
export function digest(targets: readonly TargetPlan[]): string {
  const meaning = targets.map(meaningOf).sort((a, b) => byCodeUnit(canonical(a), canonical(b)));
  return `sha256:${createHash('sha256')
    .update(canonical(['rolesync-1', meaning]))
    .digest('hex')}`;
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
          .map(({ action, id, before, after }) => [action, id, before, after])
          .sort((a, b) => byCodeUnit(canonical(a), canonical(b)));
  return [...systemOf(target), effects];
}

function sameHost(baseUrl: string): string {
  const [, origin = '', path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)?(.*)$/is.exec(baseUrl) ?? [];
  return origin.toLowerCase() + path.replace(/\/+$/, '');
}
