/** What the comment of a plan says: Markdown from data, foreign text in code spans only. Writes nothing. */
import type { MeaningOf } from '../../core/access.ts';
import { type Part, partKey } from '../../core/change.ts';
import { isPlanned, type Plan } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import { groupBy } from '../../core/role.ts';
import { code, name } from '../../render/code-span.ts';
import { type Fitted, fittedMarkdown } from '../../render/markdown.ts';
import { folded } from '../../render/markdown-cells.ts';

/** By `target`, id or name of the role, and key of the part, joined by NUL: the pull request that will bring it. */
export type Pending = ReadonlyMap<string, number>;

/** What a plan was made of. */
export interface Made {
  readonly head: string;
  readonly base: string;
  readonly merge: string;
  readonly branch: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly runUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly run: number;
  /** The name of its artifact. */
  readonly artifact: string;
  /** What an approval of the comment is worth: nothing where not all of the plan stands in it. */
  readonly requireApproval: boolean;
}

/** GitHub takes 65,536 characters; the marker and some air are left. */
const whole = 64_000;
const longestMessage = 2_000;
const problemsInView = 20;
const partsInView = 5;

export function planningText(head: string, runUrl: string): string {
  return `### Planning ${short(head)} …\n\n[This run](${runUrl}) reads the live roles. Its plan will appear here.\n`;
}

/** GitHub's limit may cut it; then it says how to see the rest. */
export function planComment(plan: Plan, made: Made, pending: Pending, access: MeaningOf): Fitted {
  const within = (tail: string): Fitted => {
    const heading = `Plan for ${short(made.head)}`;
    const { text, cut } = fittedMarkdown(plan, access, { heading, budget: whole - tail.length });
    return { text: `${text}\n${tail}\n`, cut };
  };
  const tail = [...pendingBlock(plan, pending), about(plan, made)].join('\n\n');
  const all = within(tail);
  return all.cut ? within(`${rest(made)}\n\n${tail}`) : all;
}

/** `message` and problems may quote what stands in files of the pull request. */
export function failureText(head: string, runUrl: string, message: string, problems: readonly Problem[] = []): string {
  const listed = problems.slice(0, problemsInView).map(({ severity, source, message: what }) => {
    const place = code(`${source.file}:${source.line}:${source.column}`.slice(0, longestMessage), 'text');
    return `- ${severity} ${place} ${code(what.slice(0, longestMessage / 2), 'text')}`;
  });
  const more = problems.length - listed.length;
  return [
    `### No plan for ${short(head)}`,
    code(message.slice(0, longestMessage), 'text'),
    ...(listed.length === 0 ? [] : [[...listed, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')]),
    `Nothing was written. The log is in [this run](${runUrl}).\n`,
  ].join('\n\n');
}

function rest({ runUrl, repository, run, artifact, requireApproval }: Made): string {
  const download = `gh run download ${run} --repo ${repository} --name ${artifact} && rolesync show plan.json`;
  const ways = `the log of [this run](${runUrl}), or ${code(download, 'text')}`;
  const worth = requireApproval
    ? ' An approval does not cover what nobody could see here: after the merge, this plan is held until somebody releases it.'
    : ' Whoever approves it approves all of it.';
  return `**This comment does not show the whole plan: GitHub does not accept a longer one.** All of it: ${ways}.${worth}`;
}

function about(plan: Plan, { head, base, merge, branch, at, runUrl }: Made): string {
  const names = (read: boolean) =>
    plan.targets.filter((target) => isPlanned(target) === read).map((target) => name(target.name, 'text'));
  const [read, unread] = [names(true), names(false)];
  const time = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return [
    '---',
    `Head ${code(head, 'text')}, merged into ${name(branch, 'text')} at ${code(base, 'text')} as ${code(merge, 'text')}; planned ${time} UTC by [this run](${runUrl}).`,
    `Targets read: ${read.length === 0 ? 'none' : folded(read, 'text')}${unread.length === 0 ? '' : `; not read: ${folded(unread, 'text')}`}.`,
    'This comment is only a view. What counts at the merge is the artifact of the run.',
  ].join('\n\n');
}

/** Drift that needs no action: it disappears when the apply of that pull request has run. */
function pendingBlock(plan: Plan, pending: Pending): readonly string[] {
  const found = plan.targets.filter(isPlanned).flatMap((target) =>
    target.changes.flatMap((change) =>
      (change.drift ?? []).flatMap((part) => {
        const pull = pending.get([target.name, change.id ?? change.role, partKey(part)].join('\0'));
        return pull === undefined ? [] : [{ subject: subject(target.name, change.role), part, pull }];
      }),
    ),
  );
  if (found.length === 0) return [];
  const groups = [...groupBy(found, ({ subject: of, pull }) => `${of} ${pull}`).values()];
  const items = groups.slice(0, problemsInView).map((members) => {
    const some = members.slice(0, partsInView).map(({ part }) => words(part));
    const more = members.length > some.length ? [`and ${members.length - some.length} more`] : [];
    return `- ${members[0]?.subject}: ${[...some, ...more].join(', ')} – pending from #${members[0]?.pull}`;
  });
  const rest = groups.length > items.length ? [`- and ${groups.length - items.length} more`] : [];
  const head = '#### Pending among the drift above: reviewed and merged, not applied yet';
  return [`${head}\n\n${[...items, ...rest].join('\n')}`];
}

function subject(target: string, role: string): string {
  return `${name(target, 'text')} · ${name(role, 'text')}`;
}

function words(part: Part): string {
  if (part.kind === 'grant') return `gains ${name(part.permission, 'text')}`;
  if (part.kind === 'revoke') return `loses ${name(part.permission, 'text')}`;
  return part.kind === 'field' ? `sets ${name(part.field, 'text')}` : part.kind;
}

function short(commit: string): string {
  return code(commit.slice(0, 10), 'text');
}
