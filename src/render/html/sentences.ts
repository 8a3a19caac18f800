/** Who gains or loses what, by target, the riskiest first. The wording is that of every other format. */
import { isPlanned, type Plan, type PlannedTarget } from '../../core/plan.ts';
import {
  type ChangeGroup,
  type Counted,
  countedSentences,
  groupSentences,
  isPower,
  type MeaningOf,
  type Sentence,
  sentenceText,
} from '../access.ts';
import { display } from '../display.ts';
import { type ReachedSentence, reachedSentences } from '../in-the-end.ts';
import { risk } from '../rank.ts';
import { tell } from '../repeated.ts';
import { count } from '../style.ts';
import { classBadge } from './effects.ts';
import { isLong } from './long.ts';
import { html, type Markup, nothing, prose } from './markup.ts';

const unfolded = 12;

/** What several targets have alike comes first, once. */
export function sentenceList(plan: Plan, access: MeaningOf): Markup {
  const each = (group: ChangeGroup) => groupSentences(group, access).map((sentence) => ({ sentence, count: 1 }));
  const sentencesOf = isLong(plan) ? (group: ChangeGroup) => countedSentences(group, access) : each;
  const told = tell(plan)
    .groups.map(({ targets, changes }) => ({
      targets,
      all: sentencesOf({ targets, changes }),
      risk: worst({ targets, changes }, access),
    }))
    .filter(({ all }) => all.length > 0)
    .sort((a, b) => Number(a.targets.length === 1) - Number(b.targets.length === 1) || a.risk - b.risk);
  if (told.length === 0) return nothing;
  return html`<section class="sentences" aria-labelledby="sentences"><h2 id="sentences">Who gains or loses what</h2>
${told.map(({ targets, all }) => html`${heading(targets)}${foldedList(all)}`)}</section>
`;
}

function heading(targets: readonly PlannedTarget[]): Markup {
  const [only] = targets;
  if (only !== undefined && targets.length === 1) return html`<h3><bdi>${display(only.name)}</bdi></h3>`;
  const names = targets.map(({ name }, at) => html`${at > 0 ? ', ' : ''}<bdi>${display(name)}</bdi>`);
  return html`<h3>The same on ${targets.length} targets</h3><details><summary>Which</summary><p>${names}</p></details>`;
}

/** What roles gain and lose through others that they hold. */
export function reachedList({ targets }: Plan, access: MeaningOf): Markup {
  const told = targets
    .filter(isPlanned)
    .map((target) => ({ target, all: reachedSentences(target, access) }))
    .filter(({ all }) => all.length > 0);
  if (told.length === 0) return nothing;
  return html`<section class="sentences" aria-labelledby="in-the-end"><h2 id="in-the-end">In the end, through roles that roles hold</h2>
${told.map(({ target, all }) => html`<h3><bdi>${display(target.name)}</bdi></h3><ul>${all.map(reachedItem)}</ul>`)}</section>
`;
}

function reachedItem({ text, reached, class: kind }: ReachedSentence): Markup {
  const gains = reached.direction === 'gains';
  return html`<li class="${gains ? 'added' : 'removed'}"><span class="sign">${gains ? '+' : '−'}</span> <bdi>${prose(text)}</bdi> ${classBadge(kind)}</li>`;
}

function worst({ targets, changes }: ChangeGroup, access: MeaningOf): number {
  const provider = targets[0]?.provider ?? '';
  return changes
    .map((change) => risk(change, provider, access))
    .reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/** What gives power, and what repairing drift would grant, is never folded. */
function foldedList(all: readonly Counted[]): Markup {
  const isPlain = ({ sentence: { direction, class: of, drift } }: Counted) =>
    direction === 'loses' || !(isPower(of) || drift);
  const [open, plain] = [all.filter((one) => !isPlain(one)), all.filter(isPlain)];
  const room = Math.max(0, unfolded - open.length);
  // A fold of one or two lines would save nothing.
  const cut = plain.length - room > 2 ? room : plain.length;
  const rest = plain.slice(cut);
  const fold = html`<details><summary>${rest.length} more</summary><ul>${rest.map(item)}</ul></details>`;
  return html`<ul>${[...open, ...plain.slice(0, cut)].map(item)}</ul>${rest.length === 0 ? nothing : fold}`;
}

function item({ sentence, count: roles }: Counted): Markup {
  const gains = sentence.direction === 'gains';
  const badges = sentence.permission === '' ? nothing : classBadge(sentence.class);
  const drift = sentence.drift ? html` <span class="badge drift">drift</span>` : nothing;
  return html`<li class="${gains ? 'added' : 'removed'}"><span class="sign">${gains ? '+' : '−'}</span> <bdi>${roles > 1 ? forMany(sentence, roles) : worded(sentence)}</bdi> ${badges}${drift}</li>`;
}

/** Who they are, the matrix tells: with its filter on the permission. */
function forMany({ direction, permission, phrase }: Sentence, roles: number): Markup {
  const verb = direction === 'gains' ? 'gain' : 'lose';
  return html`<b>${count(roles, 'role')}</b> ${verb} <code>${display(permission)}</code>${phrase === null ? '' : ` (${phrase})`}`;
}

/** The sentence with its subject and its permission set off. */
function worded(sentence: Sentence): Markup {
  const { subject, permission } = sentence;
  const text = sentenceText(sentence);
  const verbEnd = text.indexOf(' ', subject.length + 1) + 1;
  const shown = display(permission);
  const isAlone = permission !== '' && text.startsWith(shown, verbEnd);
  const [code, rest] = isAlone
    ? [html`<code>${shown}</code>`, text.slice(verbEnd + shown.length)]
    : [nothing, text.slice(verbEnd)];
  return html`<b>${prose(subject)}</b>${text.slice(subject.length, verbEnd)}${code}${rest}`;
}
