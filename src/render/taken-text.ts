/** What was taken over from live into the files, as the message of a commit. Text from elsewhere is made safe to show. */
import type { Change, Update } from '../core/change.ts';
import type { PlannedChange } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import { changeSentences, type MeaningOf, sentenceText } from './access.ts';
import { display, escapeUnsafe } from './display.ts';

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
