/** Whether edited files say what is live, and nothing else than that differs from before. Pure: it reads a snapshot. */
import type { Config, TargetConfig } from '../config/config.ts';
import { where } from '../config/document.ts';
import { type Change, partKey, parts, update } from '../core/change.ts';
import { type DesiredRole, groupBy } from '../core/role.ts';
import { shown } from '../core/text.ts';
import { driftOf, keyOf, type Reading, type Taken } from './take-over.ts';

export interface Claim {
  readonly taken: readonly Taken[];
  /** Where roles stood that are for targets besides those that they were taken from, and were edited all the same. */
  readonly shared: ReadonlySet<string>;
}

/** What is wrong, in words; undefined: the plan of what was taken over is empty, and any other is as it was. */
export function disproof(
  before: Config,
  after: Config,
  readings: readonly Reading[],
  { taken, shared }: Claim,
): string | undefined {
  const mistake = after.problems.find(({ severity }) => severity === 'error');
  if (mistake !== undefined)
    return `with these edits the files would have a mistake: ${where(mistake)} ${mistake.message}`;
  const names = new Set(after.targets.map(({ name }) => name));
  const lost = before.targets.find(({ name }) => !names.has(name));
  if (lost !== undefined) return `with these edits the target \`${shown(lost.name)}\` would be gone`;
  for (const reading of readings) {
    const fault = faultIn(before, after, reading, taken, shared);
    if (fault !== undefined) return fault;
  }
  const read = new Set(readings.map(({ name }) => name));
  for (const target of before.targets.filter(({ name }) => !read.has(name))) {
    const now = after.targets.find(({ name }) => name === target.name);
    if (now === undefined || meaning(target, shared) !== meaning(now, sharedNow(target, now, shared))) {
      return `with these edits roles of \`${shown(target.name)}\`, which was not pulled, would change`;
    }
  }
  return undefined;
}

function faultIn(
  before: Config,
  after: Config,
  reading: Reading,
  taken: readonly Taken[],
  shared: ReadonlySet<string>,
): string | undefined {
  const own = taken.filter(({ target }) => target === reading.name).map(({ change }) => change);
  const done = new Set(own.flatMap(keysOf));
  const then = new Set(driftOf(before, reading).flatMap(({ change }) => keysOf(turned(change))));
  const [old, now] = [before, after].map(({ targets }) => targets.find(({ name }) => name === reading.name));
  const edited = sharedNow(old, now, shared);
  const wrong = driftOf(after, reading).find(({ change }) => {
    const isEdited = edited.has(keyOf(change.source));
    return keysOf(turned(change)).some((key) => done.has(key) || !(isEdited || then.has(key)));
  });
  if (wrong !== undefined) {
    const role = `\`${shown(wrong.change.role)}\``;
    return `with these edits ${role} would not be in \`${shown(reading.name)}\` what the files say`;
  }
  const declared = new Set(now?.roles.map(({ name }) => name));
  const missing = own.find(({ action, role }) => action === 'create' && !declared.has(role));
  return missing && `with these edits \`${shown(missing.role)}\` would not be in the files`;
}

/** From what the file says to what is live. */
function turned(change: Change): Change {
  const { cause, source } = change;
  if (change.action !== 'update') return change;
  return update(change.id, change.after, change.before, { cause, source }) ?? change;
}

function keysOf(change: Change): readonly string[] {
  return parts(change).map((part) => JSON.stringify([change.id ?? change.role, partKey(part)]));
}

/** Everything that a target's files say of its roles, without places; `apart` stands aside. */
function meaning({ roles }: TargetConfig, apart: ReadonlySet<string>): string {
  const kept = roles.filter(({ source }) => !apart.has(keyOf(source)));
  return JSON.stringify(kept.map(({ source: _, ...role }: DesiredRole) => role));
}

/** The places of now of roles that stood there then: edits keep the order in a file, and add at its end. */
function sharedNow(
  then: TargetConfig | undefined,
  now: TargetConfig | undefined,
  shared: ReadonlySet<string>,
): ReadonlySet<string> {
  const places = new Set<string>();
  for (const [file, roles] of groupBy(then?.roles ?? [], ({ source }) => source.file)) {
    const moved = now?.roles.filter(({ source }) => source.file === file) ?? [];
    for (const [at, { source }] of roles.entries()) {
      if (shared.has(keyOf(source))) places.add(keyOf(moved[at]?.source ?? null));
    }
  }
  return places;
}
