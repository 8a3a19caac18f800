/** What was taken over from live into the files, as the message of a commit. Text from elsewhere is made safe to show. */
import type { Change, Update } from '../core/change.ts';
import type { PlannedChange } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import { changeSentences, type MeaningOf, sentenceText } from './access.ts';
import { display, escapeUnsafe } from './display.ts';
import { count } from './style.ts';

export interface Took {
  readonly target: string;
  readonly provider: string;
  /** From what the file said to what is live. */
  readonly change: Change;
}

/** A subject, and a line for everything that somebody has gained or lost, and for every field. */
export function commitMessage(taken: readonly Took[], access: MeaningOf): string {
  const byTarget = groupBy(taken, ({ target }) => target);
  const names = [...byTarget.keys()].map(display);
  const where = names.length > 3 ? `${names.length} targets` : names.join(', ');
  const bodies = [...byTarget].map(([target, own]) => {
    const lines = own.flatMap((one) => linesOf(one, access));
    return names.length === 1
      ? lines.join('\n')
      : [`${display(target)}:`, ...lines.map((line) => `  ${line}`)].join('\n');
  });
  return `Take over what is live in ${where}\n\n${bodies.join('\n\n')}\n`;
}

/** A role of a target that was not taken over from, which the same edits change. */
export interface Also {
  readonly target: string;
  readonly role: string;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  readonly fields: readonly string[];
}

/** A line for each way in which other targets change. */
export function alsoLines(changes: readonly Also[]): readonly string[] {
  const same = groupBy(changes, ({ target: _, ...effects }) => JSON.stringify(effects));
  return [...same.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const targets = all.map(({ target }) => display(target));
    const named = targets.length > NAMED + 1 ? targets.slice(0, NAMED) : targets;
    const rest = targets.length - named.length;
    const names = `${named.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
    return [`this also changes ${count(all.length, 'target')}: ${effectsText(first)} (${names})`];
  });
}

/** More targets than these are counted. */
const NAMED = 3;

function effectsText({ role, gains, loses, fields }: Also): string {
  const parts = [
    ...(gains.length === 0 ? [] : [`gains ${gains.map(display).join(', ')}`]),
    ...(loses.length === 0 ? [] : [`loses ${loses.map(display).join(', ')}`]),
    ...(fields.length === 0 ? [] : [`gets another ${fields.map(display).join(', ')}`]),
  ];
  return `${display(role)} ${parts.join(' and ')}`;
}

function linesOf({ change, provider }: Took, access: MeaningOf): readonly string[] {
  const planned: PlannedChange = { ...change, conditions: [], managed: [], acknowledged: [] };
  const sentences = changeSentences(planned, provider, access).map(sentenceText);
  const isNew = change.action === 'create' && change.grants.length === 0;
  return [
    ...sentences,
    ...(isNew ? [`new role \`${display(change.role)}\` gets nothing`] : []),
    ...(change.action === 'update' ? fieldLines(change) : []),
  ];
}

function fieldLines({ before, fields }: Update): readonly string[] {
  return Object.entries(fields).map(([field, { before: old, after }]) =>
    field === 'name'
      ? `${display(String(old))} is now called ${display(String(after))}`
      : `${display(before.name)}: ${display(field)} is now ${typeof after === 'string' ? `"${escapeUnsafe(after)}"` : String(after ?? 'none')}`,
  );
}
