/** What an apply did, in a terminal or a log: one line per change, then what was not done and why. */

import type { Application, AppliedTarget, Movement, Outcome } from '../core/outcome.ts';
import { byCodeUnit, type Role } from '../core/role.ts';
import { withheldText } from './change-text.ts';
import { display, escapeUnsafe } from './display.ts';
import { count, type Style, type Tint } from './style.ts';

const tints: Readonly<Record<Outcome['status'], Tint>> = {
  done: 'green',
  failed: 'red',
  skipped: 'yellow',
  withheld: 'yellow',
  moved: 'yellow',
  uncertain: 'red',
};

export function outcomesText({ targets, summary }: Application, style: Style): string {
  const unread = targets.filter(({ error }) => error !== undefined).length;
  const counts = Object.entries(summary).filter(([, amount]) => amount > 0);
  const total = [
    ...counts.map(([status, amount]) => `${amount} ${status}`),
    ...(unread > 0 ? [style.paint('red', `${count(unread, 'target')} could not be read`)] : []),
  ].join(' · ');
  const last = `${style.paint('bold', 'Apply:')} ${total || 'nothing to do'}`;
  return [...targets.map((target) => targetText(target, style)), last].join('\n\n');
}

function targetText({ name, error, outcomes, withheld, notes, verified }: AppliedTarget, style: Style): string {
  const { paint, wrap } = style;
  const lines = [
    paint('bold', display(name)),
    ...outcomes.map((outcome) => outcomeText(outcome, style)),
    ...withheldText(withheld, style),
    ...notes.map((note) => wrap(paint('dim', `note: ${escapeUnsafe(note)}`), 2, 2)),
    ...(error === undefined
      ? []
      : [wrap(`${paint('red', 'error')} (${error.code}) ${escapeUnsafe(error.message)}`, 2, 2)]),
  ];
  if (verified === true) {
    const whole = outcomes.every(({ status }) => status === 'done');
    const words = whole
      ? 'verified: planned again, and nothing else differs'
      : 'planned again: nothing differs except what is reported above';
    lines.push(wrap(whole ? paint('green', words) : words, 2));
  }
  if (verified === false)
    lines.push(wrap(paint('red', 'not verified: planned again, and it still differs as reported above'), 2));
  if (lines.length === 1) lines.push(wrap(paint('dim', 'nothing to do'), 2));
  return lines.join('\n');
}

/** Three columns that show where what was planned or reviewed, what was live then, and what is live now part ways. */
function movementText({ reason, moved, wanted, liveThen, liveNow }: Movement, { paint, wrap }: Style): string {
  const views = [wanted, liveThen, liveNow].map(cellsOf);
  const names = [...new Set(views.flatMap((view) => [...view.keys()]))].sort(byCodeUnit);
  const rows = names
    .map((name) => [name, ...views.map((view) => view.get(name) ?? '·')] as const)
    .filter(([, ...cells]) => new Set(cells).size > 1);
  const row = (cells: readonly string[]) =>
    `      ${cells.map((cell, at) => cell.padEnd(at === 0 ? 32 : 14)).join(' ')}`.trimEnd();
  return [
    wrap(`nothing was written, because ${escapeUnsafe(reason)}`, 12),
    ...moved.map((sentence) => wrap(escapeUnsafe(sentence), 12)),
    ...(rows.length === 0 ? [] : [paint('dim', row(['', 'wanted', 'live then', 'live now'])), ...rows.map(row)]),
  ].join('\n');
}

/** Permissions as `yes`, fields by their value; nothing of a role that is not there. */
function cellsOf(role: Role | null): ReadonlyMap<string, string> {
  if (role === null) return new Map();
  const fields = Object.entries({ name: role.name, description: role.description, ...role.settings });
  return new Map([
    ...role.permissions.map((permission) => [display(permission), 'yes'] as const),
    ...fields.map(([field, value]) => [`(${display(field)})`, shorten(display(String(value ?? 'none')))] as const),
  ]);
}

function shorten(text: string): string {
  return text.length > 14 ? `${text.slice(0, 13)}…` : text;
}

function outcomeText({ action, role, status, error, movement }: Outcome, style: Style): string {
  const { paint, wrap } = style;
  const line = wrap(`${paint(tints[status], status.padEnd(9))} ${action} ${display(role)}`, 2, 10);
  if (movement !== undefined) return `${line}\n${movementText(movement, style)}`;
  return error === undefined ? line : `${line}\n${wrap(escapeUnsafe(error.message), 12, 0)}`;
}

/** For the log of a run: what it cost. Times in milliseconds. */
export function costText(
  cost: { readonly read: number; readonly written: number; readonly verified: number; readonly retried: number },
  elapsed: number,
): string {
  const total = cost.read + cost.written + cost.verified;
  const kinds = `${cost.read} read, ${cost.written} written, ${cost.verified} verified, ${cost.retried} retried`;
  return `${count(total, 'request')}: ${kinds} · ${(elapsed / 1000).toFixed(1)} s`;
}
