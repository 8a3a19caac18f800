/** Who gains or loses what, as sentences over the roles' holders. It is told what a permission means and decides nothing. */
import type { AccessClass, Meaning, MeaningOf } from '../core/access.ts';
import { type Change, type Part, partKey } from '../core/change.ts';
import type { PlannedChange, PlannedTarget } from '../core/plan.ts';
import { byCodeUnit } from '../core/role.ts';
import { display } from './display.ts';

export type { AccessClass, Meaning, MeaningOf } from '../core/access.ts';

/** Worst first. A wildcard is certainly much, what is unknown may be. */
export const classes: readonly AccessClass[] = ['wildcard', 'unknown', 'power', 'admin', 'write', 'read'];

export interface Sentence extends Meaning {
  /** The role, safe to show: by the name its holders know, and the one it gets. */
  readonly subject: string;
  readonly plural: boolean;
  readonly id: string | null;
  readonly direction: 'gains' | 'loses';
  /** Raw. '' if the whole role is deleted; `mandatory2fa` if that is what is lost. */
  readonly permission: string;
  readonly action: Change['action'];
  readonly change: PlannedChange;
  /** The base revision already declares it. */
  readonly drift: boolean;
}

const quoted = 10;

/** One for each permission that somebody gains or loses, one for each role that is deleted; gains first, worst first. */
export function sentences(target: PlannedTarget, access: MeaningOf): readonly Sentence[] {
  return target.changes.flatMap((change) => sentencesOf(change, target.provider, access)).sort(worstFirst);
}

/** The same for what several targets have alike. */
export function groupSentences({ targets, changes }: ChangeGroup, access: MeaningOf): readonly Sentence[] {
  const provider = targets[0]?.provider ?? '';
  return changes.flatMap((change) => sentencesOf(change, provider, access)).sort(worstFirst);
}

/** Changes that are told together: of one target, or one change that several have. */
export interface ChangeGroup {
  readonly targets: readonly PlannedTarget[];
  readonly changes: readonly PlannedChange[];
}

/** A sentence, and how many of the same permission it represents, including itself. */
export interface Counted {
  readonly sentence: Sentence;
  readonly count: number;
}

/**
 * What `groupSentences` gives, with one sentence for all roles that gain, or lose, the same permission. What concerns one role alone
 * (its delete, the loss of its second factor) is said of each.
 */
export function countedSentences({ targets, changes }: ChangeGroup, access: MeaningOf): readonly Counted[] {
  const provider = targets[0]?.provider ?? '';
  const found = new Map<string, Sentence>();
  const counts = new Map<string, number>();
  for (const change of changes) {
    const { subject } = subjectOf(change);
    for (const sentence of sentencesOf(change, provider, access)) {
      const { permission, direction, drift, action, id } = sentence;
      // Of a side effect the subject is no role at all.
      const isOwn = action === 'delete' || permission === 'mandatory2fa' || sentence.subject !== subject;
      const key = JSON.stringify([permission, direction, drift, isOwn ? [change.role, id, sentence.subject] : null]);
      if (!found.has(key)) found.set(key, sentence);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...found]
    .map(([key, sentence]) => ({ sentence, count: counts.get(key) ?? 1 }))
    .sort((a, b) => worstFirst(a.sentence, b.sentence));
}

/** The worst of all and how many there are: gains before losses, each worst first, groups in their order. */
export function foremostSentences<Group extends ChangeGroup>(
  groups: readonly Group[],
  access: MeaningOf,
  most: number,
): { readonly worst: readonly (readonly [Group, Sentence])[]; readonly total: number } {
  const worst: (readonly [Group, Sentence])[] = [];
  let total = 0;
  for (const group of groups) {
    const isWorse = (one: Sentence, [other, than]: (typeof worst)[number]) =>
      (weight(one) - weight(than) || (other === group ? worstFirst(one, than) : 1)) < 0;
    for (const change of group.changes) {
      for (const sentence of sentencesOf(change, group.targets[0]?.provider ?? '', access)) {
        total += 1;
        // Sorting them all would cost more than everything else that is shown.
        const at = worst.findLastIndex((listed) => !isWorse(sentence, listed)) + 1;
        if (at >= most) continue;
        worst.splice(at, 0, [group, sentence]);
        worst.length = Math.min(worst.length, most);
      }
    }
  }
  return { worst, total };
}

/** The same for one change. */
export function changeSentences(change: PlannedChange, provider: string, access: MeaningOf): readonly Sentence[] {
  return [...sentencesOf(change, provider, access)].sort(worstFirst);
}

/** `order support gains admin:shopping (full control of shopping)`: one line, safe for a terminal. */
export function sentenceText(sentence: Sentence): string {
  const { subject, plural, direction, permission, phrase, action, change } = sentence;
  if (action === 'delete') {
    const names = change.revokes.slice(0, quoted).map(display).join(', ');
    const more = change.revokes.length > quoted ? ` and ${change.revokes.length - quoted} more` : '';
    return `${subject} lose everything${names === '' ? '' : `: ${names}${more}`}`;
  }
  const plainVerb = direction === 'gains' ? 'gain' : 'lose';
  const verb = action === 'create' ? 'gets' : plural ? plainVerb : direction;
  return `${subject} ${verb} ${display(permission)}${phrase === null ? '' : ` (${phrase})`}`;
}

/** Lets its holders reach further than a reviewer can tell from the role. */
export function isPower(risk: AccessClass): boolean {
  return risk === 'wildcard' || risk === 'unknown' || risk === 'power';
}

/** The second factor is no longer asked for: whoever has the password of a holder has the role. */
export function dropsSecondFactor(part: Part): boolean {
  return part.kind === 'field' && part.field === 'mandatory2fa' && part.before === true && part.after !== true;
}

/** Whether the change gives somebody power, or makes it easier to take. */
export function gainsPower(change: Change, provider: string, access: MeaningOf): boolean {
  const { before, after } = change.fields['mandatory2fa'] ?? { before: null, after: null };
  return (
    change.grants.some((permission) => isPower(access(provider, permission).class)) ||
    dropsSecondFactor({ kind: 'field', field: 'mandatory2fa', before, after })
  );
}

function sentencesOf(change: PlannedChange, provider: string, access: MeaningOf): readonly Sentence[] {
  const drifted = new Set((change.drift ?? []).map(partKey));
  const { subject, plural } = subjectOf(change);
  const about = (direction: Sentence['direction'], permission: string, meaning: Meaning, part: Part): Sentence => ({
    subject,
    plural,
    phrase: meaning.phrase,
    class: meaning.class,
    id: change.id,
    direction,
    permission,
    action: change.action,
    change,
    drift: drifted.size > 0 && drifted.has(partKey(part)),
  });
  const drops = change.drops.map((drop) => ({
    ...about('loses', drop.permission, access(provider, drop.permission), { kind: 'drop', ...drop }),
    subject: `\`${display(drop.id)}\`, which is no role,`,
    plural: false,
    action: 'update' as const,
  }));
  if (change.action === 'delete') {
    return [about('loses', '', { phrase: null, class: 'read' }, { kind: 'delete' }), ...drops];
  }
  const secondFactor = Object.entries(change.fields)
    .map(([field, values]): Part => ({ kind: 'field', field, ...values }))
    .filter(dropsSecondFactor);
  return [
    ...change.grants.map((permission) =>
      about('gains', permission, access(provider, permission), { kind: 'grant', permission }),
    ),
    ...change.revokes.map((permission) =>
      about('loses', permission, access(provider, permission), { kind: 'revoke', permission }),
    ),
    ...secondFactor.map((part) =>
      about('loses', 'mandatory2fa', { phrase: 'no longer needs a second factor', class: 'power' }, part),
    ),
    ...drops,
  ];
}

function subjectOf({ action, before, after, role }: Change): Pick<Sentence, 'subject' | 'plural'> {
  if (action === 'create') return { subject: `new role \`${display(role)}\``, plural: false };
  if (action === 'delete') return { subject: `holders of \`${display(role)}\``, plural: true };
  if (before.name === after.name) return { subject: display(role), plural: false };
  return { subject: `holders of \`${display(before.name)}\` (now called \`${display(after.name)}\`)`, plural: true };
}

function weight({ direction, class: risk }: Sentence): number {
  return (direction === 'gains' ? 0 : classes.length) + classes.indexOf(risk);
}

function worstFirst(a: Sentence, b: Sentence): number {
  return (
    badness(a) - badness(b) ||
    byCodeUnit(a.change.role, b.change.role) ||
    byCodeUnit(a.id ?? '', b.id ?? '') ||
    byCodeUnit(a.permission, b.permission)
  );
}

/** Losing the second factor is no loss of access: it is listed among the gains. */
function badness({ direction, class: risk, action, permission }: Sentence): number {
  const rank = classes.indexOf(risk);
  if (direction === 'gains' || permission === 'mandatory2fa') return rank;
  return classes.length + (action === 'delete' ? 0 : 1 + rank);
}
