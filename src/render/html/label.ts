/** How the page writes a name, a value, and whether a part is drift. It decides nothing about a change. */
import { type FieldChange, type Part, parts } from '../../core/change.ts';
import type { PlannedChange } from '../../core/plan.ts';
import type { Scalar } from '../../core/role.ts';
import { display, escapeUnsafe } from '../display.ts';

const cut = 200;

/** A name or permission, whole: the page has room to open a long one. A nameless role is known by its id. */
export function label(text: string, id: string | null): string {
  if (text === '' && id !== null) return `(nameless, id ${display(id)})`;
  return text.length > cut ? escapeUnsafe(text) : display(text);
}

export function scalar(value: Scalar): string {
  return typeof value === 'string' ? `"${escapeUnsafe(value)}"` : String(value ?? 'none');
}

export function changedField({ before, after }: FieldChange): string {
  return `${scalar(before)} → ${scalar(after)}`;
}

export interface Drift {
  readonly extent: 'none' | 'part' | 'whole';
  readonly has: (kind: 'grant' | 'revoke' | 'field', text: string) => boolean;
}

/** Where live differs from what is already merged. A delete is one part, and takes every permission with it. */
export function driftOf(change: PlannedChange): Drift {
  const drift = change.drift ?? [];
  const keys = new Set(drift.map(keyOf));
  const extent = drift.length === 0 ? 'none' : drift.length === parts(change).length ? 'whole' : 'part';
  return { extent, has: (kind, text) => keys.has('delete') || keys.has(`${kind} ${text}`) };
}

function keyOf(part: Part): string {
  if (part.kind === 'field') return `field ${part.field}`;
  return 'permission' in part ? `${part.kind} ${part.permission}` : part.kind;
}
