/** The name of a plan's meaning: equal for equal effects on the same live systems, different for any other. */
import { createHash } from 'node:crypto';
import { canonical, canonicalList, writeCanonical } from './canonical.ts';
import type { Identity, TargetPlan } from './plan.ts';
import { byCodeUnit } from './role.ts';

/**
 * `sha256:` and 64 hex digits over the targets and what is done to them, side effects included. Not in it: clock, tool version, what is
 * withheld or unmanaged, where in the files it stands, and what untouched roles look like.
 */
export function digest(targets: readonly TargetPlan[]): string {
  const meaning = targets.map(meaningOf).sort(byCodeUnit);
  return sha256((write) => {
    write(`[${canonical('rolesync-2')},[`);
    for (const [at, one] of meaning.entries()) write(at === 0 ? one : `,${one}`);
    write(']]');
  });
}

/** Over everything that a saved plan holds but the checksum itself: for an edit that leaves the meaning alone. */
export function checksum(plan: object): string {
  return fingerprint({ ...plan, checksum: undefined });
}

/** Equal for equal data, whatever the order of its keys. */
export function fingerprint(value: unknown): string {
  return sha256((write) => writeCanonical(value, write));
}

function sha256(writeAll: (write: (piece: string) => void) => void): string {
  const hash = createHash('sha256');
  let pending = '';
  writeAll((piece) => {
    pending += piece;
    if (pending.length < 2 ** 16) return;
    hash.update(pending);
    pending = '';
  });
  return `sha256:${hash.update(pending).digest('hex')}`;
}

/** Whether two plans speak of one target of one live system. */
export function sameLiveSystem(a: Identity, b: Identity): boolean {
  return canonical(systemOf(a)) === canonical(systemOf(b));
}

function systemOf({ name, provider, baseUrl, tenant }: Identity): readonly string[] {
  return [name, provider, sameHost(baseUrl), tenant];
}

/** Each effect is put into its one form once: it is what the effects are sorted by, and what they are. */
function meaningOf(target: TargetPlan): string {
  const effects =
    'error' in target
      ? canonical('error')
      : canonicalList(
          target.changes
            .map(({ action, id, before, after, drops }) => canonical([action, id, before, after, drops]))
            .sort(byCodeUnit),
        );
  const reached = 'error' in target ? [] : (target.inTheEnd ?? []);
  // Only where there is something: what it comes to is as much a meaning as what is done.
  const further = reached.map(({ role, id, direction, permission }) => [
    id,
    id === null ? role : null,
    direction,
    permission,
  ]);
  return canonicalList([
    ...systemOf(target).map(canonical),
    effects,
    ...(further.length > 0 ? [canonical(further)] : []),
  ]);
}

function sameHost(baseUrl: string): string {
  const [, origin = '', path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)?(.*)$/is.exec(baseUrl) ?? [];
  return origin.toLowerCase() + path.replace(/\/+$/, '');
}
