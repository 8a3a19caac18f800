/** A plan of very many changes for a terminal: who gains what, the first changes in one line each, and how to see them all. */
import type { Change } from '../core/change.ts';
import { isPlanned, type Plan, type PlannedTarget, type TargetPlan, type Withheld } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import type { MeaningOf } from './access.ts';
import { display, escapeUnsafe } from './display.ts';
import {
  accessText,
  safeguardsText,
  summaryText,
  targetHeading,
  targetText,
  unchangedText,
  unmanagedText,
} from './plan-text.ts';
import { count, type Style } from './style.ts';

/** As many as somebody still scrolls through. */
const mostChanges = 300;
const listedTargets = 40;
const listedChanges = 20;

export function isLong({ targets }: Plan): boolean {
  const changes = targets.filter(isPlanned).reduce((sum, one) => sum + one.changes.length + one.withheld.length, 0);
  return changes > mostChanges;
}

/** Targets that could not be read are all named, and every reason why something is withheld. */
export function briefText(plan: Plan, style: Style, access: MeaningOf): string {
  const { paint, wrap } = style;
  const changed = plan.targets.filter((target) => isPlanned(target) && differs(target));
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
    ...plan.targets.filter((target) => shown.has(target)).map((target) => targetBrief(target, style)),
    others === '' ? '' : wrap(paint('dim', `and ${others}`), 0),
    wrap(`${paint('yellow', '!')} ${howToSeeAll}`, 0, 2),
    summaryText(plan, style),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const howToSeeAll =
  'Too many changes for a terminal: this is the beginning. For all of them, send the output into a file or a pager (`| less`), or save the plan with `--out plan.json` and open the page that `rolesync show plan.json --format html` writes.';

function differs({ changes, withheld }: PlannedTarget): boolean {
  return changes.length + withheld.length > 0;
}

function targetBrief(target: TargetPlan, style: Style): string {
  if (!isPlanned(target)) return targetText(target, style);
  const { paint, wrap } = style;
  const { changes } = target;
  const more = changes.length - Math.min(changes.length, listedChanges);
  const lines = [
    ...changes.slice(0, listedChanges).map((change) => lineOf(change, style)),
    ...(more > 0 ? [wrap(paint('dim', `and ${count(more, 'more change')}`), 2)] : []),
  ];
  const blocks = [
    lines.join('\n'),
    withheldBrief(target.withheld, style),
    unmanagedText(target, style),
    unchangedText(target, style),
  ];
  return [targetHeading(target, style), ...blocks.filter((block) => block !== '')].join('\n\n');
}

/** `~ update order support  2 granted, 1 revoked` */
function lineOf(change: Change, { paint, wrap }: Style): string {
  const { action, role, grants, revokes, fields, drops } = change;
  const sign = { create: paint('green', '+'), update: paint('yellow', '~'), delete: paint('red', '-') }[action];
  const counts = [
    [grants.length, 'granted'],
    [revokes.length, 'revoked'],
    [Object.keys(fields).length, 'changed'],
    [drops.length, 'dropped'],
  ] as const;
  const effects = counts.flatMap(([amount, what]) => (amount > 0 ? [`${amount} ${what}`] : [])).join(', ');
  return wrap(`${sign} ${action} ${paint('bold', display(role))}  ${paint('dim', effects)}`, 2, 4);
}

function withheldBrief(withheld: readonly Withheld[], { paint, wrap }: Style): string {
  const byReason = groupBy(withheld, ({ code, reason }) => `${escapeUnsafe(reason)} (${code})`);
  const lines = [...byReason].map(([reason, changes]) =>
    wrap(`${paint('yellow', `! withheld of ${count(changes.length, 'role')}:`)} ${reason}`, 2, 4),
  );
  return lines.join('\n');
}
