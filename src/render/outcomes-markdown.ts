/** What an apply did, in GitHub's Markdown, worst first, within a budget. Text from elsewhere is in code spans. */

import { parts } from '../core/change.ts';
import type { Application, AppliedTarget, Movement, Outcome } from '../core/outcome.ts';
import type { Withheld } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import { code, name } from './code-span.ts';
import { escapeUnsafe } from './display.ts';
import { count } from './style.ts';

export interface OutcomesOptions {
  /** Characters (UTF-16 units); 2,000 at least. */
  readonly budget?: number;
}

/** Says in its first line how many lines the budget left no room for; those matter least. */
export function outcomesMarkdown(application: Application, { budget = 60_000 }: OutcomesOptions = {}): string {
  const title = `### ${verdict(application)}`;
  const all = application.targets.flatMap(linesOf);
  const kept = within(all, budget - title.length - reserve);
  const missing = all.length - kept.size;
  const first = missing === 0 ? title : `${title} – ${count(missing, 'more line')} not shown; see the log`;
  const groups = groupBy(
    all.filter((line) => kept.has(line)),
    ({ head }) => head,
  );
  const blocks = [...groups].map(([head, members]) => `${head}\n\n${members.map(({ text }) => text).join('\n')}`);
  return `${[first, ...blocks].join('\n\n')}\n`;
}

const reserve = 80;
const longest = 600;
const inView = 8;

interface Line {
  readonly head: string;
  readonly text: string;
  /** 0 is the last to go. */
  readonly rank: number;
}

/** `Applied: 2 done, 1 failed`; our own words and numbers. */
function verdict({ summary, targets }: Application): string {
  const unread = targets.filter(({ error }) => error !== undefined).length;
  const counts = [
    ...Object.entries(summary)
      .filter(([, amount]) => amount > 0)
      .map(([status, amount]) => `${amount} ${status}`),
    ...(unread > 0 ? [`${count(unread, 'target')} could not be read`] : []),
  ];
  return `Applied: ${counts.length === 0 ? 'nothing to do' : counts.join(', ')}`;
}

function linesOf(target: AppliedTarget): readonly Line[] {
  const head = `#### ${name(target.name, 'text')}${seal(target)}`;
  const line = (rank: number, text: string): Line => ({ head, rank, text: `- ${text}` });
  const { error } = target;
  return [
    ...(error === undefined ? [] : [line(0, `**error** (${code(error.code, 'text')}): ${free(error.message)}`)]),
    ...target.outcomes.map((outcome) => line(ranks[outcome.status], outcomeText(outcome))),
    ...target.withheld.map((change) => line(5, withheldText(change))),
    ...target.notes.map((note) => line(7, `note: ${free(note)}`)),
  ];
}

const ranks: Readonly<Record<Outcome['status'], number>> = {
  moved: 1,
  failed: 2,
  uncertain: 3,
  skipped: 4,
  withheld: 5,
  done: 6,
};

function seal({ verified }: AppliedTarget): string {
  if (verified === null) return '';
  return verified ? ' – planned again, and nothing else differs' : ' – **planned again, and it still differs**';
}

/** A line each would bury the rest. */
function movementText({ reason, moved }: Movement): string {
  const more = moved.length > inView ? `; and ${moved.length - inView} more` : '';
  return [`nothing was written, because ${free(reason)}`, ...moved.slice(0, inView).map(free)].join('; ') + more;
}

function outcomeText({ status, action, role, error, movement }: Outcome): string {
  const mark = status === 'done' ? 'done' : `**${status}**`;
  if (movement !== undefined) return `${mark} ${action} ${name(role, 'text')}: ${movementText(movement)}`;
  return `${mark} ${action} ${name(role, 'text')}${error === undefined ? '' : `: ${free(error.message)}`}`;
}

function withheldText(change: Withheld): string {
  const amount = change.action === 'update' ? `${count(parts(change).length, 'part')} of ` : `${change.action} `;
  return `held back: ${amount}${name(change.role, 'text')} – ${free(change.reason)}`;
}

/** A sentence with foreign text in it, whole. */
function free(text: string): string {
  const shown = escapeUnsafe(text);
  return code(shown.length > longest ? `${shown.slice(0, longest)}… (${text.length} characters)` : shown, 'text');
}

/** What matters most, as far as it fits with the heads. */
function within(all: readonly Line[], room: number): ReadonlySet<Line> {
  const kept = new Set<Line>();
  const opened = new Set<string>();
  let left = room;
  for (const line of [...all].sort((a, b) => a.rank - b.rank)) {
    const cost = line.text.length + 1 + (opened.has(line.head) ? 0 : line.head.length + 4);
    if (cost > left) break;
    left -= cost;
    opened.add(line.head);
    kept.add(line);
  }
  return kept;
}
