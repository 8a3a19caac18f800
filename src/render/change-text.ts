/** One change as a reviewer reads it: what the role gains and loses, and what changes in a sentence. */
import { diffWordsWithSpace } from 'diff';
import { type Change, type FieldChange, parts } from '../core/change.ts';
import type { PlannedChange, Via, Withheld } from '../core/plan.ts';
import { groupBy, type Scalar } from '../core/role.ts';
import { display, escapeUnsafe } from './display.ts';
import type { Style } from './style.ts';

export function changeText(change: Change, style: Style): string {
  const { paint, wrap } = style;
  const driftMark = driftMarks(change);
  const sign = { create: paint('green', '+'), update: paint('yellow', '~'), delete: paint('red', '-') }[change.action];
  const notes = [
    change.cause === 'unmanaged' ? 'unmanaged: no file names it' : '',
    isAllDrift(change) ? 'drift: already merged' : '',
    change.source === null ? '' : `${escapeUnsafe(change.source.file)}:${change.source.line}`,
  ];
  const note = notes.filter((text) => text !== '').join(' · ');
  return [
    wrap(`${sign} ${change.action} ${paint('bold', display(change.role))}  ${paint('dim', note)}`, 2, 4),
    ...createdFields(change, style),
    ...Object.entries(change.fields).map(([field, values]) => fieldText(field, values, style, driftMark(field))),
    ...conditionsText(change, style),
    ...change.grants.map((permission) =>
      wrap(
        `${paint('green', `+ ${display(permission)}`)}${viaNote(change, permission, style)}${driftMark(permission)}`,
        6,
        2,
      ),
    ),
    ...change.revokes.map((permission) =>
      wrap(
        `${paint('red', `- ${display(permission)}`)}${viaNote(change, permission, style)}${driftMark(permission)}`,
        6,
        2,
      ),
    ),
    ...change.drops.map(({ permission, id }) =>
      wrap(
        `${paint('red', `- ${display(permission)}`)} of ${display(id)}, which is no role: writing the permission drops it`,
        6,
        2,
      ),
    ),
  ].join('\n');
}

/** After a permission that the role's own list does not decide on. */
function viaNote(change: Change | PlannedChange, permission: string, { paint }: Style): string {
  if (!('via' in change)) return '';
  const notes = (change.via ?? []).filter((one) => one.permission === permission).map(viaText);
  return notes.length === 0 ? '' : `  ${paint('dim', [...new Set(notes)].join('; '))}`;
}

/** `set support-read`, `exception until 2026-12-31: INC-42`: one line, safe for a terminal. */
export function viaText({ kind, sets, until, reason }: Via): string {
  if (kind === 'set') return `set ${sets.map(display).join(' → ')}`;
  const why = reason === null ? '' : `: ${escapeUnsafe(reason)}`;
  if (kind === 'end') return `exception ended on ${until}${why}`;
  return `exception${until === null ? '' : ` until ${until}`}${why}`;
}

function isAllDrift(change: Change | PlannedChange): boolean {
  return 'drift' in change && change.drift?.length === parts(change).length;
}

/** What follows a permission or field whose difference is not from this branch. */
function driftMarks(change: Change | PlannedChange): (what: string) => string {
  const drift = 'drift' in change ? (change.drift ?? []) : [];
  const names = new Set(
    drift.map((part) => ('permission' in part ? part.permission : 'field' in part ? part.field : undefined)),
  );
  return (what) => (names.has(what) ? ' [drift]' : '');
}

/** What only the identity that writes can know, so that apply checks it just before. */
function conditionsText(change: Change | PlannedChange, { paint, wrap }: Style): readonly string[] {
  if (!('conditions' in change)) return [];
  return change.conditions.map(({ text }) => wrap(paint('dim', `if ${escapeUnsafe(text)}`), 6, 2));
}

/** What a new role is, beside its permissions: only what is not simply empty. */
function createdFields(change: Change, { wrap }: Style): readonly string[] {
  if (change.action !== 'create') return [];
  const { description, settings } = change.after;
  return Object.entries<Scalar>({ description, ...settings })
    .filter(([, value]) => value !== '' && value !== null && value !== false)
    .map(([field, value]) => wrap(`${display(field)}: ${scalarText(value)}`, 6, 2));
}

function fieldText(field: string, { before, after }: FieldChange, style: Style, mark: string): string {
  const { paint, wrap } = style;
  if (!isSentence(before) && !isSentence(after)) {
    return wrap(`${display(field)}: ${scalarText(before)} → ${scalarText(after)}${mark}`, 6, 2);
  }
  const [old, now] = wordDiff(String(before ?? ''), String(after ?? ''), style);
  return [
    `      ${display(field)}:${mark}`,
    wrap(`${paint('red', '-')} ${old}`, 8, 2),
    wrap(`${paint('green', '+')} ${now}`, 8, 2),
  ].join('\n');
}

/** Both texts, with what only one of them has in marks that survive without colour. */
function wordDiff(before: string, after: string, { paint }: Style): readonly [string, string] {
  const pieces = diffWordsWithSpace(escapeUnsafe(before), escapeUnsafe(after));
  const old = pieces.filter((piece) => !piece.added);
  const now = pieces.filter((piece) => !piece.removed);
  return [
    `"${old.map((piece) => (piece.removed ? paint('red', `[-${piece.value}-]`) : piece.value)).join('')}"`,
    `"${now.map((piece) => (piece.added ? paint('green', `{+${piece.value}+}`) : piece.value)).join('')}"`,
  ];
}

function isSentence(value: Scalar): boolean {
  return typeof value === 'string' && /\S\s+\S/.test(value);
}

export function scalarText(value: Scalar): string {
  return typeof value === 'string' ? `"${escapeUnsafe(value)}"` : String(value ?? 'none');
}

/** What is withheld, by reason. */
export function withheldText(withheld: readonly Withheld[], style: Style): readonly string[] {
  if (withheld.length === 0) return [];
  const { paint, wrap } = style;
  const byReason = groupBy(withheld, ({ code, reason }) => `${escapeUnsafe(reason)} (${code})`);
  return [...byReason].map(([reason, changes]) =>
    [
      wrap(`${paint('yellow', '! withheld:')} ${reason}`, 2, 4),
      ...changes.map((change) => changeText(change, style)),
    ].join('\n'),
  );
}
