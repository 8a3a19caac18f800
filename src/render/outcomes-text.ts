/** What an apply did, in a terminal or a log: one line per change, then what was not done and why. */
import type { Application, AppliedTarget, Outcome } from '../core/outcome.ts';
import { display, escapeUnsafe } from './display.ts';
import { changeText } from './plan-text.ts';
import { count, type Style, type Tint } from './style.ts';

const tints: Readonly<Record<Outcome['status'], Tint>> = {
  done: 'green',
  failed: 'red',
  skipped: 'yellow',
  withheld: 'yellow',
  uncertain: 'red',
};

export function outcomesText({ targets, summary }: Application, style: Style): string {
  const counts = Object.entries(summary).filter(([, amount]) => amount > 0);
  const total = counts.map(([status, amount]) => `${amount} ${status}`).join(' · ');
  const last = `${style.paint('bold', 'Apply:')} ${total || 'nothing to do'}`;
  return [...targets.map((target) => targetText(target, style)), last].join('\n\n');
}

function targetText({ name, error, outcomes, withheld, verified }: AppliedTarget, style: Style): string {
  const { paint, wrap } = style;
  const lines = [
    paint('bold', display(name)),
    ...outcomes.map((outcome) => outcomeText(outcome, style)),
    ...withheld.map(
      (change) =>
        `${wrap(`${paint('yellow', '! withheld:')} ${escapeUnsafe(change.reason)}`, 2, 4)}\n${changeText(change, style)}`,
    ),
    ...(error === undefined
      ? []
      : [wrap(`${paint('red', 'error')} (${error.code}) ${escapeUnsafe(error.message)}`, 2, 2)]),
  ];
  if (verified === true) lines.push(wrap(paint('green', 'verified: planned again, and nothing else differs'), 2));
  if (verified === false)
    lines.push(wrap(paint('red', 'not verified: planned again, and it still differs as said above'), 2));
  if (lines.length === 1) lines.push(wrap(paint('dim', 'nothing to do'), 2));
  return lines.join('\n');
}

function outcomeText({ action, role, status, error }: Outcome, { paint, wrap }: Style): string {
  const line = wrap(`${paint(tints[status], status.padEnd(9))} ${action} ${display(role)}`, 2, 10);
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
