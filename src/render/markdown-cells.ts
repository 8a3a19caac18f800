/** The pieces of a Markdown table's row: permissions in words, fields, long lists folded. Foreign text only in code spans. */
import type { Change, Drop, FieldChange, Part } from '../core/change.ts';
import { byCodeUnit, type Scalar } from '../core/role.ts';
import { type AccessClass, classes, dropsSecondFactor, isPower, type MeaningOf } from './access.ts';
import { code, name, type Surroundings } from './code-span.ts';
import { escapeUnsafe } from './display.ts';

const between = '<br>';
const inView = 6;
const powersInView = 20;
const longest = 160;
const kept = 40;
/** Stands where even a fold is too small. */
export const notShown = 'not shown here';
/** What the lists of one row may take before they are cut: characters. */
const room = 6_000;

const labels: Readonly<Partial<Record<AccessClass, string>>> = {
  wildcard: 'wildcard',
  unknown: 'unknown permission',
  power: 'power to grant',
};

/** Worst first. What gives power is marked, and is the last to be folded. */
export function granted(
  permissions: readonly string[],
  provider: string,
  access: MeaningOf,
  place: Surroundings,
): string {
  const items = worstFirst(permissions, provider, access).map((permission) => {
    const { phrase, class: risk } = access(provider, permission);
    const label = labels[risk];
    const words = `${name(permission, place)}${phrase === null ? '' : ` (${phrase})`}`;
    return label === undefined ? words : `⚠️ ${words} **${label}**`;
  });
  const powers = permissions.filter((permission) => isPower(access(provider, permission).class)).length;
  return folded(items, place, Math.max(inView, Math.min(powers, powersInView)));
}

/** `sign` comes before each of them. */
export function revoked(
  permissions: readonly string[],
  provider: string,
  access: MeaningOf,
  place: Surroundings,
  sign = '',
): string {
  const items = worstFirst(permissions, provider, access).map((permission) => {
    const { phrase } = access(provider, permission);
    return `${sign}${name(permission, place)}${phrase === null ? '' : ` (${phrase})`}`;
  });
  return folded(items, place);
}

/** Side effects: what ids that are no roles lose. `sign` comes before each of them. */
export function dropped(drops: readonly Drop[], place: Surroundings, sign = ''): string {
  const items = drops.map(
    ({ permission, id }) => `${sign}${name(permission, place)} from ${name(id, place)}, which is no role`,
  );
  return folded(items, place);
}

/** Fields that change, without the name: that is told with the role. Of a new role, whatever is not simply empty. */
export function fieldsOf(change: Change, some: readonly Part[], place: Surroundings): readonly string[] {
  if (change.action === 'create' && some.some(({ kind }) => kind === 'create')) {
    const { description, settings } = change.after;
    return Object.entries<Scalar>({ description, ...settings })
      .filter(([, value]) => value !== '' && value !== null && value !== false)
      .map(([field, value]) => `${name(field, place)}: ${scalar(value, place)}`);
  }
  return some.flatMap((part) => {
    if (part.kind !== 'field' || part.field === 'name') return [];
    const warning = dropsSecondFactor(part) ? '⚠️ **no longer needs a second factor** ' : '';
    return [`${warning}${name(part.field, place)}: ${fromTo(part, place)}`];
  });
}

/** Some in view, the rest in a fold; what even a fold is too small for is counted. */
export function folded(items: readonly string[], place: Surroundings, view = inView): string {
  const joined = place === 'cell' ? between : ', ';
  const fitting = Math.max(1, howManyFit(items));
  // A fold that hides a single item is longer than the item.
  const seen = items.length <= view + 1 ? items.length : view;
  const open = items.slice(0, Math.min(seen, fitting));
  const more = items.slice(open.length, fitting);
  const cut = items.length - open.length - more.length;
  const note = cut === 0 ? '' : `${more.length === 0 ? '' : ', '}and ${cut} more, ${notShown}`;
  if (more.length === 0) return open.join(joined) + (note === '' ? '' : `${joined}${note}`);
  return `${open.join(joined)} <details><summary>${items.length - open.length} more</summary>${more.join(', ')}${note}</details>`;
}

function howManyFit(items: readonly string[]): number {
  let length = 0;
  const first = items.findIndex((item) => {
    length += item.length + between.length;
    return length > room;
  });
  return first === -1 ? items.length : first;
}

function scalar(value: Scalar, place: Surroundings): string {
  return typeof value === 'string' ? code(`"${cut(value, 0)}"`, place) : code(String(value ?? 'none'), place);
}

function fromTo({ before, after }: FieldChange, place: Surroundings): string {
  if (typeof before !== 'string' || typeof after !== 'string') {
    return `${scalar(before, place)} → ${scalar(after, place)}`;
  }
  const from = Math.max(before.length, after.length) > longest ? sharedStart(before, after) - kept : 0;
  return `${code(`"${cut(before, from)}"`, place)} → ${code(`"${cut(after, from)}"`, place)}`;
}

/** From a little before the first difference, so that a long text cannot hide it. */
function cut(text: string, from: number): string {
  const start = Math.max(0, Math.min(from, text.length));
  const shown = escapeUnsafe(text.slice(start, start + longest));
  const rest = text.length - start - longest;
  return `${start > 0 ? '…' : ''}${shown}${rest > 0 ? `… (${text.length} characters)` : ''}`;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function worstFirst(permissions: readonly string[], provider: string, access: MeaningOf): readonly string[] {
  return permissions
    .map((permission) => ({ permission, rank: classes.indexOf(access(provider, permission).class) }))
    .sort((a, b) => a.rank - b.rank || byCodeUnit(a.permission, b.permission))
    .map(({ permission }) => permission);
}
