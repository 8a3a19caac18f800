/** A plan as a reviewer reads it in a terminal or a log: safeguards, who gains what, every change, sorted, 80 columns. */
import { isPlanned, type Plan, type PlannedTarget, type TargetPlan } from '../core/plan.ts';
import { classes, isPower, type MeaningOf, type Sentence, sentences, sentenceText } from './access.ts';
import { changeText, withheldText } from './change-text.ts';
import { display, escapeUnsafe } from './display.ts';
import { reachedSentences } from './in-the-end.ts';
import { count, type Style } from './style.ts';
import { incomplete } from './verdict.ts';

const listed = 20;
const foremost = 12;

/** Safeguards that moved come first, then who gains or loses what, then every change whole, then the summary. */
export function planText(plan: Plan, style: Style, access: MeaningOf): string {
  const blocks = [
    safeguardsText(plan, style),
    accessText(plan, style, access),
    reachedText(plan, style, access),
    ...plan.targets.map((target) => targetText(target, style)),
    summaryText(plan, style),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function safeguardsText({ safeguards }: Plan, { paint, wrap }: Style): string {
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

function accessText(plan: Plan, { paint, wrap }: Style, access: MeaningOf): string {
  const all = plan.targets
    .filter(isPlanned)
    .flatMap((target) => sentences(target, access).map((sentence) => ({ sentence, target })));
  if (all.length === 0) return '';
  const worst = [...all].sort((a, b) => weight(a.sentence) - weight(b.sentence)).slice(0, foremost);
  const lines = worst.map(({ sentence, target }) => {
    const tint = isPower(sentence.class) && sentence.direction === 'gains' ? 'red' : undefined;
    const text = sentenceText(sentence);
    const where = plan.targets.length > 1 ? ` ${paint('dim', `on ${display(target.name)}`)}` : '';
    return wrap(`${tint === undefined ? text : paint(tint, text)}${where}${sentence.drift ? ' [drift]' : ''}`, 2, 2);
  });
  const more = all.length - worst.length;
  const rest = more > 0 ? [wrap(paint('dim', `and ${count(more, 'more', 'more')}, in the changes below`), 2)] : [];
  return [paint('bold', 'Access'), ...lines, ...rest].join('\n');
}

function reachedText(plan: Plan, { paint, wrap }: Style, access: MeaningOf): string {
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

/** Gains before losses, each worst first. */
function weight({ direction, class: kind }: Sentence): number {
  return (direction === 'gains' ? 0 : classes.length) + classes.indexOf(kind);
}

/** One line per target: its name and which live system it is. */
export function targetHeading(target: TargetPlan, { paint, wrap }: Style): string {
  const where = [target.provider, target.tenant, target.baseUrl].filter((text) => text !== '').map(escapeUnsafe);
  return wrap(`${paint('bold', display(target.name))}  ${paint('dim', where.join(' · '))}`, 0, 2);
}

function targetText(target: TargetPlan, style: Style): string {
  const { paint, wrap } = style;
  const heading = targetHeading(target, style);
  if (!isPlanned(target)) {
    const message = `${paint('red', 'error')} (${target.error.code}) ${escapeUnsafe(target.error.message)}`;
    return [heading, wrap(message, 2, 2)].join('\n');
  }
  const blocks = [
    ...target.changes.map((change) => changeText(change, style)),
    ...withheldText(target.withheld, style),
    unmanagedText(target, style),
    unchangedText(target, style),
  ];
  return [heading, ...blocks.filter((block) => block !== '')].join('\n\n');
}

function unmanagedText({ unmanaged, ignored }: PlannedTarget, { wrap, paint }: Style): string {
  if (ignored > 0) return wrap(paint('dim', `${count(ignored, 'live role')} that no file names (ignored)`), 2, 2);
  if (unmanaged.length === 0) return '';
  const names = unmanaged
    .slice(0, listed)
    .map(({ id, name }) => (name === '' ? `(nameless, id ${display(id)})` : display(name)));
  const more = unmanaged.length > listed ? ` and ${unmanaged.length - listed} more` : '';
  return wrap(
    `${paint('dim', `${count(unmanaged.length, 'live role')} that no file names:`)} ${names.join(', ')}${more}`,
    2,
    2,
  );
}

function unchangedText({ unchanged, changes, withheld }: PlannedTarget, { wrap, paint }: Style): string {
  if (unchanged > 0) return wrap(paint('dim', `${count(unchanged, 'role')} unchanged`), 2);
  return changes.length + withheld.length === 0 ? wrap(paint('dim', 'no roles declared'), 2) : '';
}

function summaryText(plan: Plan, { paint, wrap }: Style): string {
  const { summary, digest } = plan;
  const missing = incomplete(plan);
  const changes = summary.create + summary.update + summary.delete;
  const counts = [
    ...(missing === '' ? [] : [paint('red', missing)]),
    ...(changes > 0
      ? [`${summary.create} to create, ${summary.update} to update, ${summary.delete} to delete`]
      : missing === ''
        ? ['no changes']
        : []),
    `${summary.unchanged} unchanged`,
    ...(summary.withheld > 0 ? [`${summary.withheld} withheld`] : []),
    ...(summary.unmanaged > 0 ? [`${summary.unmanaged} unmanaged`] : []),
  ];
  return [wrap(`${paint('bold', 'Plan:')} ${counts.join(' · ')}`, 0, 2), paint('dim', digest)].join('\n');
}
