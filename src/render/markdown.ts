/** A plan as one comment in GitHub's Markdown, riskiest first, within a budget. Text from elsewhere is in code spans. */
import type { Plan } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import type { MeaningOf } from './access.ts';
import { code } from './code-span.ts';
import { notShown } from './markdown-cells.ts';
import { lines, type TableLine } from './markdown-rows.ts';
import { safeguardsBlock } from './markdown-safeguards.ts';
import { verdict } from './verdict.ts';

export interface MarkdownOptions {
  /** Characters (UTF-16 units, the length of a string); 4,000 at least. GitHub takes 65,536 in a comment. */
  readonly budget?: number;
  /** The caller's own words before the verdict: Markdown, never foreign text. */
  readonly heading?: string;
}

/** For the first line, where it says that something is left out. */
const reserve = 160;

/** Ends with the digest. Says in its first line how many rows the budget left no room for; those are the least risky. */
export function planMarkdown(plan: Plan, access: MeaningOf, options: MarkdownOptions = {}): string {
  return fittedMarkdown(plan, access, options).text;
}

export interface Fitted {
  readonly text: string;
  /** Something of the plan is left out, or only counted. A fold that opens leaves nothing out. */
  readonly cut: boolean;
}

/** As `planMarkdown`, and whether that is all of the plan. */
export function fittedMarkdown(
  plan: Plan,
  access: MeaningOf,
  { budget = 60_000, heading }: MarkdownOptions = {},
): Fitted {
  const title = `### ${heading === undefined ? '' : `${heading}: `}${verdict(plan, access)}`;
  const digest = `Digest ${code(plan.digest, 'text')}`;
  const all = lines(plan, access);
  const fixed = title.length + digest.length + reserve;
  const safeguards = safeguardsBlock(plan, Math.max(0, (budget - fixed) * 0.75));
  if (safeguards === '' && all.length === 0) return { text: `${title}\n${digest}\n`, cut: false };
  const kept = within(all, budget - fixed - safeguards.length);
  const missing = all.length - kept.size;
  const first = missing === 0 ? title : `${title} – ${leftOut(missing)}`;
  const text = `${[first, ...(safeguards === '' ? [] : [safeguards]), ...groups(all, kept), digest].join('\n\n')}\n`;
  const shortened = safeguards !== safeguardsBlock(plan, Number.POSITIVE_INFINITY);
  // A name that reads like that note makes it cut for nothing, which only asks for more care.
  return { text, cut: missing > 0 || shortened || text.includes(notShown) };
}

/** The worst lines that fit with the heads of their groups. */
function within(all: readonly TableLine[], room: number): ReadonlySet<TableLine> {
  const kept = new Set<TableLine>();
  const opened = new Set<string>();
  let left = room;
  for (const line of [...all].sort((a, b) => a.risk - b.risk)) {
    const head = opened.has(line.group) ? 0 : line.head.length + 4;
    const cost = head + line.text.length + 1;
    if (cost > left) break;
    left -= cost;
    opened.add(line.group);
    kept.add(line);
  }
  return kept;
}

function groups(all: readonly TableLine[], kept: ReadonlySet<TableLine>): readonly string[] {
  const shown = all.filter((line) => kept.has(line));
  return [...groupBy(shown, ({ group }) => group).values()].map((members) => {
    const head = members[0]?.head ?? '';
    // A table follows its head at once, a list or an only line after a blank one.
    const gap = head === '' ? '' : head.endsWith('|') || head.startsWith('>') ? '\n' : '\n\n';
    return head + gap + members.map(({ text }) => text).join('\n');
  });
}

function leftOut(amount: number): string {
  const rows = amount === 1 ? '1 more row of lower risk is' : `${grouped(amount)} more rows of lower risk are`;
  return `${rows} not shown; see the artifact or the log`;
}

/** `2,910` */
function grouped(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
}
