/** The changes of one target as a list that needs no script: everything a reviewer approves, in words. */
import { diffWordsWithSpace } from 'diff';
import type { Change, FieldChange } from '../../core/change.ts';
import type { PlannedChange, Withheld } from '../../core/plan.ts';
import { groupBy, type Scalar } from '../../core/role.ts';
import type { MeaningOf } from '../access.ts';
import { display } from '../display.ts';
import { countedEffects, driftBadge, permissionEffects } from './effects.ts';
import { type Drift, driftOf, label, scalar } from './label.ts';
import { html, type Markup, nothing, prose } from './markup.ts';

export interface Listing {
  readonly provider: string;
  readonly access: MeaningOf;
  /** Index of the column of a change in the matrix, by which the page's filters find its entry. */
  readonly columnOf: (change: Change) => number;
  /** There are too many effects to spell them out. */
  readonly counted: boolean;
}

const signs = { create: '+', update: '~', delete: '−' } as const;
const longestDiff = 400;
const noDrift: Drift = { extent: 'none', has: () => false };

export function changeList(changes: readonly PlannedChange[], listing: Listing): Markup {
  return html`<ul class="changes">${changes.map((change) => entry(change, driftOf(change), 'planned', listing))}</ul>`;
}

/** Grouped by reason: the same one often holds for many roles. */
export function withheldList(withheld: readonly Withheld[], listing: Listing): Markup {
  const groups = groupBy(withheld, ({ code, reason }) => JSON.stringify([code, reason]));
  return html`${[...groups.values()].map(
    (group) => html`<div class="group">
<p class="reason"><span class="sign">!</span> ${prose(group[0]?.reason ?? '')} <span class="aside">${group[0]?.code ?? ''}</span></p>
<ul class="changes">${group.map((change) => entry({ ...change, conditions: [], managed: [], acknowledged: [], drift: change.drift ?? [] }, noDrift, 'withheld', listing))}</ul></div>`,
  )}`;
}

function entry(change: PlannedChange, drift: Drift, kind: 'planned' | 'withheld', listing: Listing): Markup {
  const access = (permission: string) => listing.access(listing.provider, permission);
  const permissions = listing.counted ? countedEffects(change, kind, access) : permissionEffects(change, drift, access);
  const effects = [
    ...createdFields(change),
    ...Object.entries(change.fields).map(([field, values]) => fieldEffect(field, values, drift)),
  ];
  return html`<li class="change ${change.action}" data-column="${listing.columnOf(change)}">
<p class="what"><span class="sign">${signs[change.action]}</span> ${change.action} ${nameOf(change)}${origin(change, drift)}</p>
<ul class="effects">${change.conditions.map(({ text }) => html`<li class="condition">only if, when applied: ${prose(text)}</li>`)}${effects}${permissions}</ul></li>
`;
}

function nameOf({ role, id, before, fields }: Change): Markup {
  const now = html`<bdi class="name">${short(role, id)}</bdi>`;
  return fields['name'] === undefined
    ? now
    : html`${now} (was <bdi class="name">${short(before?.name ?? '', id)}</bdi>)`;
}

function origin({ cause, source }: Change, { extent }: Drift): Markup {
  const drift = { none: '', part: 'partly drift', whole: 'drift' }[extent];
  return html`${drift === '' ? nothing : html` <span class="badge drift">${drift}</span>`}${
    cause === 'unmanaged' ? html` <span class="aside">unmanaged: no file names it</span>` : nothing
  }${source === null ? nothing : html` <span class="aside"><bdi>${display(source.file)}</bdi>:${source.line}</span>`}`;
}

/** What a new role is, beside its permissions: only what is not simply empty. */
function createdFields(change: Change): readonly Markup[] {
  if (change.action !== 'create') return [];
  const { description, settings } = change.after;
  return Object.entries<Scalar>({ description, ...settings })
    .filter(([, value]) => value !== '' && value !== null && value !== false)
    .map(([field, value]) => html`<li><bdi class="field">${display(field)}</bdi>: <bdi>${scalar(value)}</bdi></li>`);
}

function fieldEffect(field: string, values: FieldChange, drift: Drift): Markup {
  return html`<li class="changed"><span class="sign">~</span> <bdi class="field">${display(field)}</bdi>${driftBadge(drift.has('field', field))}: ${valuesOf(values)}</li>`;
}

/** Sentences as one text with the words that go and come; anything else as before → after. */
function valuesOf({ before, after }: FieldChange): Markup {
  const areTexts = typeof before === 'string' && typeof after === 'string';
  const pieces = areTexts ? diffWordsWithSpace(before, after, { maxEditLength: longestDiff }) : undefined;
  const kept = pieces?.flatMap(({ added, removed, value }) => (added || removed ? [] : [value])).join('') ?? '';
  // With less in common, the words that two texts share by chance would only be in the way.
  if (pieces === undefined || kept.length * 3 < Math.max(String(before).length, String(after).length)) {
    return html`<del><bdi>${scalar(before)}</bdi></del> → <ins><bdi>${scalar(after)}</bdi></ins>`;
  }
  return html`${pieces.map(({ added, removed, value }) =>
    removed ? html`<del>${value}</del>` : added ? html`<ins>${value}</ins>` : html`${value}`,
  )}`;
}

/** Prose cuts a name of thousands of characters and says so; the matrix has it whole. */
function short(name: string, id: string | null): string {
  return name === '' ? label(name, id) : display(name);
}
