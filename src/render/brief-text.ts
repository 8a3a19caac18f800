/** A plan of very many changes for a terminal: who gains what, the first changes in one line each, and how to see them all. */
import type { Change } from '../core/change.ts';
import { isPlanned, type Plan, type TargetPlan, type Withheld } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import type { MeaningOf } from './access.ts';
import { display, escapeUnsafe } from './display.ts';
import {
  accessText,
  causesText,
  reachedText,
  safeguardsText,
  summaryText,
  targetHeading,
  targetText,
  unchangedText,
  unmanagedText,
} from './plan-text.ts';
import { type Own, type Told, tell } from './repeated.ts';
import { count, type Style } from './style.ts';

/** As many as somebody still scrolls through. */
const mostChanges = 300;
const listedTargets = 40;
const listedChanges = 20;

/** Counted as they are told: one that several targets have is one. */
export function isLong(plan: Plan): boolean {
  const { groups } = tell(plan);
  return groups.reduce((sum, { changes, withheld }) => sum + changes.length + withheld.length, 0) > mostChanges;
}

/** Targets that could not be read are all named, and every reason why something is withheld. */
export function briefText(plan: Plan, style: Style, access: MeaningOf): string {
  const { paint, wrap } = style;
  const told = tell(plan);
  const changed = plan.targets.filter((target) => isPlanned(target) && differs(told.own(target)));
  const shown = new Set<TargetPlan>([
    ...plan.targets.filter((target) => !isPlanned(target)),
    ...changed.slice(0, listedTargets),
  ]);
  const hidden = changed.length - Math.min(changed.length, listedTargets);
  const same = plan.targets.length - shown.size - hidden;
  const others = [
    ...(hidden > 0 ? [`${count(hidden, 'more target')} with changes`] : []),
    ...(same > 0 ? [`${count(same, 'target')} without`] : []),
  ].join(', ');
  const blocks = [
    safeguardsText(plan, style),
    accessText(plan, style, access, ''),
    reachedText(plan, style, access),
    causesText(plan, style),
    repeatedBrief(told, style),
    ...plan.targets.filter((target) => shown.has(target)).map((target) => targetBrief(target, told, style)),
    others === '' ? '' : wrap(paint('dim', `and ${others}`), 0),
    wrap(`${paint('yellow', '!')} ${howToSeeAll}`, 0, 2),
    summaryText(plan, style),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const howToSeeAll =
  'Too many changes for a terminal: this is the beginning. For all of them, send the output into a file or a pager (`| less`), or save the plan with `--out plan.json` and open the page that `rolesync show plan.json --format html` writes.';

/** The farthest reaching first. */
function repeatedBrief({ changes, withheld }: Told, style: Style): string {
  if (changes.length + withheld.length === 0) return '';
  const { paint, wrap } = style;
  const sorted = changes.toSorted((a, b) => b.targets.length - a.targets.length);
  const more = changes.length - Math.min(changes.length, listedChanges);
  return [
    paint('bold', 'The same on several targets'),
    ...sorted
      .slice(0, listedChanges)
      .map(({ change, targets }) => lineOf(change, style, ` on ${count(targets.length, 'target')}`)),
    ...(more > 0 ? [wrap(paint('dim', `and ${count(more, 'more change')}`), 2)] : []),
    ...withheldBrief(
      withheld.map(({ change }) => change),
      style,
    ),
  ].join('\n');
}

function differs({ changes, withheld }: Own): boolean {
  return changes.length + withheld.length > 0;
}

function targetBrief(target: TargetPlan, told: Told, style: Style): string {
  if (!isPlanned(target)) return targetText(target, told, style);
  const { paint, wrap } = style;
  const { changes, withheld } = told.own(target);
  const more = changes.length - Math.min(changes.length, listedChanges);
  const lines = [
    ...changes.slice(0, listedChanges).map((change) => lineOf(change, style)),
    ...(more > 0 ? [wrap(paint('dim', `and ${count(more, 'more change')}`), 2)] : []),
  ];
  const blocks = [
    lines.join('\n'),
    withheldBrief(withheld, style).join('\n'),
    unmanagedText(target, style),
    unchangedText(target, style),
  ];
  return [targetHeading(target, style), ...blocks.filter((block) => block !== '')].join('\n\n');
}

/** `~ update order support  2 granted, 1 revoked` */
function lineOf(change: Change, { paint, wrap }: Style, where = ''): string {
  const { action, role, grants, revokes, fields, drops } = change;
  const sign = { create: paint('green', '+'), update: paint('yellow', '~'), delete: paint('red', '-') }[action];
  const counts = [
    [grants.length, 'granted'],
    [revokes.length, 'revoked'],
    [Object.keys(fields).length, 'changed'],
    [drops.length, 'dropped'],
  ] as const;
  const effects = counts.flatMap(([amount, what]) => (amount > 0 ? [`${amount} ${what}`] : [])).join(', ');
  return wrap(`${sign} ${action} ${paint('bold', display(role))}  ${paint('dim', effects + where)}`, 2, 4);
}

/** Every reason, with how many roles it holds. */
function withheldBrief(withheld: readonly Withheld[], { paint, wrap }: Style): readonly string[] {
  const byReason = groupBy(withheld, ({ code, reason }) => `${escapeUnsafe(reason)} (${code})`);
  return [...byReason].map(([reason, changes]) =>
    wrap(`${paint('yellow', `! withheld of ${count(changes.length, 'role')}:`)} ${reason}`, 2, 4),
  );
}
