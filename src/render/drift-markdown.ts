/** Why live roles differ from what is merged, as the text of an issue. Text from elsewhere is in code spans. */
import type { Part } from '../core/change.ts';
import type { FailedTarget, PlannedChange, PlannedTarget } from '../core/plan.ts';
import { sortedSet } from '../core/role.ts';
import { classes, type MeaningOf } from './access.ts';
import { code, name } from './code-span.ts';
import { dropped, fieldsOf, granted } from './markdown-cells.ts';
import { dropsIn, permissionsIn } from './rows.ts';
import { shellWord } from './shell-word.ts';
import { count } from './style.ts';

/** Parts of one change. */
export interface DriftFound {
  readonly target: PlannedTarget;
  readonly change: PlannedChange;
  readonly parts: readonly Part[];
  /** The pull request that will bring them; null if there is none. */
  readonly pull: number | null;
}

export interface DriftReport {
  /** Changed by hand. */
  readonly drift: readonly DriftFound[];
  /** Reviewed and merged, not applied yet. */
  readonly pending: readonly DriftFound[];
  /** Merged without a reviewed plan. */
  readonly unapproved: readonly DriftFound[];
  readonly unread: readonly FailedTarget[];
}

/** Characters of one section. */
const budget = 18_000;

export function isClean({ drift, pending, unapproved }: DriftReport): boolean {
  return drift.length + pending.length + unapproved.length === 0;
}

/** `2 roles changed by hand, 1 pending`: our own words and numbers. */
export function driftVerdict({ drift, pending, unapproved, unread }: DriftReport): string {
  const said = [
    ...(drift.length > 0 ? [`${count(drift.length, 'role')} changed by hand`] : []),
    ...(unapproved.length > 0 ? [`${count(unapproved.length, 'role')} merged without a reviewed plan`] : []),
    ...(pending.length > 0 ? [`${count(pending.length, 'role')} pending`] : []),
    ...(unread.length > 0 ? [`${count(unread.length, 'target')} could not be read`] : []),
  ];
  return said.length === 0 ? 'The live roles are as declared' : said.join(', ');
}

export function driftMarkdown(report: DriftReport, access: MeaningOf): string {
  return `${[
    `### ${driftVerdict(report)}`,
    ...section('Drift: changed by hand', driftRemedy(report.drift), report.drift, access),
    ...section(
      'Unapproved: merged without a reviewed plan',
      'None of it is written until somebody approves it.',
      report.unapproved,
      access,
    ),
    ...section('Pending: reviewed and merged, not applied yet', 'The next apply writes it.', report.pending, access),
    ...(report.unread.length === 0 ? [] : [unread(report.unread)]),
  ].join('\n\n')}\n`;
}

/** Both ways out, with their commands. */
function driftRemedy(drift: readonly DriftFound[]): string {
  const targets = sortedSet(drift.map(({ target }) => target.name));
  const words = targets.length > 5 ? [] : targets.map(shellWord);
  const command = (start: string, flags: readonly string[]) => code(['rolesync', start, ...flags].join(' '), 'text');
  const takeOver = command('pull', words);
  const putBack = command(
    'apply',
    words.map((word) => `--target ${word}`),
  );
  return [
    'The live roles differ from what was applied. There are two ways to resolve this:',
    '',
    `* **take it over**: ${takeOver} on a new branch writes it into the role files and prints the message of the commit; open a pull request with it`,
    `* **put it back**: release the held plan of *roles apply*, or ${putBack} on the default branch with an identity that may write`,
  ].join('\n');
}

function section(head: string, what: string, found: readonly DriftFound[], access: MeaningOf): readonly string[] {
  if (found.length === 0) return [];
  const sorted = [...found].sort((a, b) => badness(a, access) - badness(b, access));
  const lines = sorted.map((one) => line(one, access));
  let left = budget;
  const kept = lines.filter((text) => {
    left -= text.length + 1;
    return left >= 0;
  });
  const more = lines.length > kept.length ? [`- and ${count(lines.length - kept.length, 'more role')}`] : [];
  return [`#### ${head}\n\n${what}\n\n${[...kept, ...more].join('\n')}`];
}

function line({ target, change, parts, pull }: DriftFound, access: MeaningOf): string {
  const { grants, revokes } = permissionsIn(change, parts);
  const said = [
    ...(parts.some(({ kind }) => kind === 'create') ? ['is not there'] : []),
    ...(parts.some(({ kind }) => kind === 'delete') ? ['exists, but should not'] : []),
    ...(revokes.length > 0 ? [`has ${granted(revokes, target.provider, access, 'text')}`] : []),
    ...(grants.length > 0 ? [`lacks ${granted(grants, target.provider, access, 'text')}`] : []),
    ...(dropsIn(parts).length > 0 ? [`writing it also takes ${dropped(dropsIn(parts), 'text')}`] : []),
    ...(change.action === 'update' ? fieldsOf(change, parts, 'text') : []),
    ...(change.action === 'update' && parts.some((part) => part.kind === 'field' && part.field === 'name')
      ? [`should be called ${name(change.after.name, 'text')}`]
      : []),
  ];
  const role = change.action === 'create' ? change.role : change.before.name;
  const from = pull === null ? '' : ` – from #${pull}`;
  return `- ${name(target.name, 'text')} · ${name(role, 'text')}: ${said.join('; ')}${from}`;
}

/** Whatever gives the most access comes first, be it too much or missing. */
function badness({ target, change, parts }: DriftFound, access: MeaningOf): number {
  const { grants, revokes } = permissionsIn(change, parts);
  const rank = (permission: string) => classes.indexOf(access(target.provider, permission).class);
  return Math.min(classes.length, ...revokes.map(rank), ...grants.map((one) => rank(one) + 0.5));
}

function unread(targets: readonly FailedTarget[]): string {
  const lines = targets.map(
    ({ name: target, error }) => `- ${name(target, 'text')}: ${code(error.message.slice(0, 600), 'text')}`,
  );
  return `#### Not read\n\nIt is unknown whether these differ.\n\n${lines.slice(0, 20).join('\n')}`;
}
