/** A plan as a reviewer reads it in a terminal or a log: safeguards, who gains what, every change, sorted, 80 columns. */
import { isPlanned, type Plan, type PlannedTarget, type TargetPlan } from '../core/plan.ts';
import { foremostSentences, isPower, type MeaningOf, sentenceText } from './access.ts';
import { causes, endText, reach } from './causes.ts';
import { changeText, withheldText } from './change-text.ts';
import { display, escapeUnsafe } from './display.ts';
import { reachedSentences } from './in-the-end.ts';
import { type Told, tell } from './repeated.ts';
import { shellWord } from './shell-word.ts';
import { count, type Style } from './style.ts';
import { incomplete } from './verdict.ts';

const listed = 20;
const foremost = 12;
/** Stands for a space of a command, which is copied as a whole: lines are not broken there, and no name that is shown has one. */
const together = '\u00a0';

/** Safeguards that moved come first, then who gains or loses what, then every change whole, then the summary. */
export function planText(plan: Plan, style: Style, access: MeaningOf): string {
  const told = tell(plan);
  const quiet = quietTargets(plan, told);
  const hidden = new Set<TargetPlan>(quiet);
  const blocks = [
    safeguardsText(plan, style),
    accessText(plan, style, access),
    reachedText(plan, style, access),
    causesText(plan, style),
    repeatedText(told, style),
    ...plan.targets.filter((target) => !hidden.has(target)).map((target) => targetText(target, told, style)),
    quietText(quiet, style),
    summaryText(plan, style),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

export function safeguardsText({ safeguards }: Plan, { paint, wrap }: Style): string {
  if (safeguards.length === 0) return '';
  const lines = safeguards.map(({ target, message, source }) => {
    const where = source === null ? '' : `  ${paint('dim', `${escapeUnsafe(source.file)}:${source.line}`)}`;
    return wrap(
      `${paint('yellow', '!')} ${target === '' ? '' : `${display(target)}: `}${escapeUnsafe(message)}${where}`,
      2,
      2,
    );
  });
  return [paint('bold', 'Safeguards moved'), ...lines].join('\n');
}

/** What changed once and reaches many: to be read before the changes themselves. */
export function causesText(plan: Plan, { paint, wrap }: Style): string {
  const all = causes(plan);
  if (all.length === 0) return '';
  const shown = all.slice(0, listed).map((cause) => {
    const { kind, set, reason, effect, permissions, source } = cause;
    const sign = effect === 'grant' ? '+' : '-';
    const what = permissions.map((one) => paint(sign === '+' ? 'green' : 'red', `${sign}${display(one)}`)).join(' ');
    const place = paint('dim', `(${escapeUnsafe(source.file)}:${source.line})`);
    const why = reason === null ? '' : `, ${escapeUnsafe(reason)}`;
    const name = kind === 'set' ? `set ${display(set)}` : `exception${endText(cause)}${why}`;
    return wrap(`${name} ${place} ${what}: ${reach(cause, display)}`, 2, 2);
  });
  const more = all.length - shown.length;
  const rest = more > 0 ? [wrap(paint('dim', `and ${count(more, 'more', 'more')}`), 2)] : [];
  return [paint('bold', 'Causes'), ...shown, ...rest].join('\n');
}

/** What is the same on several targets, once. */
function repeatedText({ changes, withheld }: Told, style: Style): string {
  const { paint, wrap } = style;
  if (changes.length + withheld.length === 0) return '';
  const on = (targets: readonly PlannedTarget[]) =>
    wrap(`on ${count(targets.length, 'target')}: ${someNames(targets)}`, 6, 2);
  const blocks = [
    ...changes.map(({ change, targets }) => `${changeText(change, style)}\n${on(targets)}`),
    ...withheld.map(({ change, targets }) => `${withheldText([change], style).join('\n')}\n${on(targets)}`),
  ];
  return [paint('bold', 'The same on several targets'), ...blocks].join('\n\n');
}

function someNames(targets: readonly TargetPlan[]): string {
  const more = targets.length > listed ? ` and ${targets.length - listed} more` : '';
  return (
    targets
      .slice(0, listed)
      .map((target) => display(target.name))
      .join(', ') + more
  );
}

/** So many targets without anything of their own are still listed one by one. */
const calm = 10;

/** Targets of which nothing is left to say beside what several have in common. */
function quietTargets({ targets }: Plan, { own }: Told): readonly PlannedTarget[] {
  const quiet = targets.filter(isPlanned).filter((target) => {
    const { changes, withheld } = own(target);
    return changes.length + withheld.length + target.unmanaged.length === 0;
  });
  return quiet.length > calm ? quiet : [];
}

function quietText(quiet: readonly PlannedTarget[], { paint, wrap }: Style): string {
  if (quiet.length === 0) return '';
  return wrap(paint('dim', `Nothing else on ${count(quiet.length, 'target')}: ${someNames(quiet)}`), 0, 2);
}

/** `rest`: where to find what is not listed here. */
export function accessText(
  plan: Plan,
  { paint, wrap }: Style,
  access: MeaningOf,
  rest = ', in the changes below',
): string {
  const { worst, total } = foremostSentences(tell(plan).groups, access, foremost);
  if (total === 0) return '';
  const lines = worst.map(([{ targets }, sentence]) => {
    const tint = isPower(sentence.class) && sentence.direction === 'gains' ? 'red' : undefined;
    const text = sentenceText(sentence);
    const [only] = targets;
    const on = targets.length === 1 && only ? display(only.name) : count(targets.length, 'target');
    const where = plan.targets.length > 1 ? ` ${paint('dim', `on ${on}`)}` : '';
    return wrap(`${tint === undefined ? text : paint(tint, text)}${where}${sentence.drift ? ' [drift]' : ''}`, 2, 2);
  });
  const more = total - worst.length;
  const others = more > 0 ? [wrap(paint('dim', `and ${count(more, 'more', 'more')}${rest}`), 2)] : [];
  return [paint('bold', 'Access'), ...lines, ...others].join('\n');
}

export function reachedText(plan: Plan, { paint, wrap }: Style, access: MeaningOf): string {
  const all = plan.targets
    .filter(isPlanned)
    .flatMap((target) => reachedSentences(target, access).map((sentence) => ({ ...sentence, target: target.name })));
  if (all.length === 0) return '';
  const lines = all.slice(0, foremost).map(({ text, isAlarming, target }) => {
    const where = plan.targets.length > 1 ? ` ${paint('dim', `on ${display(target)}`)}` : '';
    return wrap(`${isAlarming ? paint('red', text) : text}${where}`, 2, 2);
  });
  const more = all.length - lines.length;
  const rest = more > 0 ? [wrap(paint('dim', `and ${count(more, 'more', 'more')}, in the plan as JSON`), 2)] : [];
  return [paint('bold', 'In the end'), ...lines, ...rest].join('\n');
}

/** One line per target: its name and which live system it is. */
export function targetHeading(target: TargetPlan, { paint, wrap }: Style): string {
  const where = [target.provider, target.tenant, target.baseUrl].filter((text) => text !== '').map(escapeUnsafe);
  return wrap(`${paint('bold', display(target.name))}  ${paint('dim', where.join(' · '))}`, 0, 2);
}

export function targetText(target: TargetPlan, told: Told, style: Style): string {
  const { paint, wrap } = style;
  const heading = targetHeading(target, style);
  if (!isPlanned(target)) {
    const message = `${paint('red', 'error')} (${target.error.code}) ${escapeUnsafe(target.error.message)}`;
    return [heading, wrap(message, 2, 2)].join('\n');
  }
  const own = told.own(target);
  const shared = target.changes.length - own.changes.length;
  const blocks = [
    ...(shared > 0 ? [wrap(paint('dim', `${count(shared, 'change')} as above`), 2)] : []),
    ...own.changes.map((change) => changeText(change, style)),
    ...withheldText(own.withheld, style),
    unmanagedText(target, style),
    unchangedText(target, style),
  ];
  return [heading, ...blocks.filter((block) => block !== '')].join('\n\n');
}

export function unmanagedText(target: PlannedTarget, { wrap, paint }: Style): string {
  const { unmanaged, ignored } = target;
  if (ignored > 0) return wrap(paint('dim', `${count(ignored, 'live role')} that no file names (ignored)`), 2, 2);
  if (unmanaged.length === 0) return '';
  const names = unmanaged
    .slice(0, listed)
    .map(({ id, name }) => (name === '' ? `(nameless, id ${display(id)})` : display(name)));
  const more = unmanaged.length > listed ? ` and ${unmanaged.length - listed} more` : '';
  const text = `${paint('dim', `${count(unmanaged.length, 'live role')} that no file names:`)} ${names.join(', ')}${more}`;
  return wrap(text + importHint(target, paint), 2, 2).replaceAll(together, ' ');
}

/** Roles of the provider's own, and nameless ones, are not for a file to name. */
function importHint({ name, unmanaged, live }: PlannedTarget, paint: Style['paint']): string {
  const apart = new Set(live.filter((role) => role.builtIn || role.name === '').map(({ id }) => id));
  const command = `(rolesync import ${escapeUnsafe(shellWord(name))})`.replaceAll(' ', together);
  return unmanaged.every(({ id }) => apart.has(id)) ? '' : ` ${paint('dim', command)}`;
}

export function unchangedText({ unchanged, changes, withheld }: PlannedTarget, { wrap, paint }: Style): string {
  if (unchanged > 0) return wrap(paint('dim', `${count(unchanged, 'role')} unchanged`), 2);
  return changes.length + withheld.length === 0 ? wrap(paint('dim', 'no roles declared'), 2) : '';
}

export function summaryText(plan: Plan, { paint, wrap }: Style): string {
  const { summary, digest, restated = 0 } = plan;
  const missing = incomplete(plan);
  const changes = summary.create + summary.update + summary.delete;
  const counts = [
    ...(missing === '' ? [] : [paint('red', missing)]),
    ...(changes > 0
      ? [`${summary.create} to create, ${summary.update} to update, ${summary.delete} to delete`]
      : missing === ''
        ? [restated === 0 ? 'no changes' : `${count(restated, 'role')} restated, no access changes`]
        : []),
    `${summary.unchanged} unchanged`,
    ...(summary.withheld > 0 ? [`${summary.withheld} withheld`] : []),
    ...(summary.unmanaged > 0 ? [`${summary.unmanaged} unmanaged`] : []),
  ];
  return [wrap(`${paint('bold', 'Plan:')} ${counts.join(' · ')}`, 0, 2), paint('dim', digest)].join('\n');
}
