/** Whether edited files say what is live, and nothing else than that differs from before. Pure: it reads a snapshot. */
import type { Config, TargetConfig } from '../config/config.ts';
import { where } from '../config/document.ts';
import { type Change, type Part, partKey, parts, update } from '../core/change.ts';
import { type DesiredRole, groupBy } from '../core/role.ts';
import { shown } from '../core/text.ts';
import { driftOf, isLostWith, keyOf, type Reading, type SetTakeOver, type Taken } from './take-over.ts';

export interface Claim {
  readonly taken: readonly Taken[];
  /** Where roles stood that are for targets besides those that they were taken from, and were edited all the same. */
  readonly shared: ReadonlySet<string>;
  /** What other roles lose with a set that was edited; see `spreadOf`. */
  readonly spread: ReadonlySet<string>;
}

/** Every role of another target that also loses the permission: the targets that it was removed from must not differ. */
export function spreadOf({ permission, items, taken }: SetTakeOver, { targets }: Config): readonly string[] {
  const proven = new Set(taken.map(({ target }) => target));
  return targets
    .filter(({ name }) => !proven.has(name))
    .flatMap(({ name, roles }) =>
      roles
        .filter((role) => isLostWith(role, permission, items))
        .map((role) => spreadKey(name, keyOf(role.source), permission)),
    );
}

function spreadKey(target: string, role: string, permission: string): string {
  return JSON.stringify([target, role, permission]);
}

/** What is wrong, in words; undefined: the plan of what was taken over is empty, and any other is as it was. */
export function disproof(
  before: Config,
  after: Config,
  readings: readonly Reading[],
  claim: Claim,
): string | undefined {
  const mistake = after.problems.find(({ severity }) => severity === 'error');
  if (mistake !== undefined)
    return `these edits would put a mistake into the files: ${where(mistake)} ${mistake.message}`;
  const names = new Set(after.targets.map(({ name }) => name));
  const lost = before.targets.find(({ name }) => !names.has(name));
  if (lost !== undefined) return `these edits would remove the target \`${shown(lost.name)}\``;
  for (const reading of readings) {
    const fault = faultIn(before, after, reading, claim);
    if (fault !== undefined) return fault;
  }
  const read = new Set(readings.map(({ name }) => name));
  for (const target of before.targets.filter(({ name }) => !read.has(name))) {
    const now = after.targets.find(({ name }) => name === target.name);
    const was = placesThen(target, target);
    if (now === undefined || meaning(target, was, claim) !== meaning(now, placesThen(target, now), claim)) {
      return `these edits would change roles of \`${shown(target.name)}\`, which was not pulled`;
    }
  }
  return undefined;
}

function faultIn(
  before: Config,
  after: Config,
  reading: Reading,
  { taken, shared, spread }: Claim,
): string | undefined {
  const own = taken.filter(({ target }) => target === reading.name).map(({ change }) => change);
  const done = new Set(own.flatMap(keysOf));
  const then = new Set(driftOf(before, reading).flatMap(({ change }) => keysOf(turned(change))));
  const [old, now] = [before, after].map(({ targets }) => targets.find(({ name }) => name === reading.name));
  const places = placesThen(old, now);
  const wrong = driftOf(after, reading).find(({ change }) => {
    const place = places.get(keyOf(change.source)) ?? '';
    const back = turned(change);
    return parts(back).some((part) => {
      const key = partOf(back, part);
      const isSpread = part.kind === 'grant' && spread.has(spreadKey(reading.name, place, part.permission));
      return done.has(key) || !(shared.has(place) || isSpread || then.has(key));
    });
  });
  if (wrong !== undefined) {
    const role = `\`${shown(wrong.change.role)}\``;
    return `after these edits ${role} in \`${shown(reading.name)}\` would not be what the files say`;
  }
  const declared = new Set(now?.roles.map(({ name }) => name));
  const missing = own.find(({ action, role }) => action === 'create' && !declared.has(role));
  return missing && `these edits would drop \`${shown(missing.role)}\` from the files`;
}

/** From what the file says to what is live. */
function turned(change: Change): Change {
  const { cause, source } = change;
  if (change.action !== 'update') return change;
  return update(change.id, change.after, change.before, { cause, source }) ?? change;
}

function keysOf(change: Change): readonly string[] {
  return parts(change).map((part) => partOf(change, part));
}

function partOf({ id, role }: Change, part: Part): string {
  return JSON.stringify([id ?? role, partKey(part)]);
}

/** Everything that a target's files say of its roles, without places and ways; what is claimed to change is left out. */
function meaning(
  { name, roles }: TargetConfig,
  places: ReadonlyMap<string, string>,
  { shared, spread }: Claim,
): string {
  const kept = roles.flatMap(({ source, origins: _ways, barred: _without, ended, ...role }: DesiredRole) => {
    const place = places.get(keyOf(source)) ?? '';
    const permissions = role.permissions?.filter((one) => !spread.has(spreadKey(name, place, one)));
    const ends = ended?.map(({ permission, until }) => [permission, until]);
    return shared.has(place) ? [] : [{ ...role, permissions, ends }];
  });
  return JSON.stringify(kept);
}

/** By where a role is now: where it was before. Edits keep the order in a file, and add at its end. */
export function placesThen(then: TargetConfig | undefined, now: TargetConfig | undefined): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [file, roles] of groupBy(then?.roles ?? [], ({ source }) => source.file)) {
    const moved = now?.roles.filter(({ source }) => source.file === file) ?? [];
    for (const [at, { source }] of roles.entries()) places.set(keyOf(moved[at]?.source ?? null), keyOf(source));
  }
  return places;
}
