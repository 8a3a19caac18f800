/** What causes the changes of a page, besides a role's own list: sets and exceptions. */
import type { Plan } from '../../core/plan.ts';
import { type Cause, causes, endText, reach } from '../causes.ts';
import { display } from '../display.ts';
import { html, type Markup, nothing, prose } from './markup.ts';

export function causeList(plan: Plan): Markup {
  const all = causes(plan);
  if (all.length === 0) return nothing;
  return html`<section class="causes" aria-labelledby="causes"><h2 id="causes">Causes</h2>
<ul>${all.map(item)}</ul></section>
`;
}

function item(cause: Cause): Markup {
  const { kind, set, reason, effect, permissions, source } = cause;
  const [sign, word] = effect === 'grant' ? ['+', 'added'] : ['−', 'removed'];
  const what = kind === 'set' ? html`set <b><bdi>${display(set)}</bdi></b>` : html`exception`;
  const why = reason === null ? nothing : html`, <bdi>${prose(reason)}</bdi>`;
  const codes = permissions.map((one, at) => html`${at > 0 ? ', ' : ''}<code>${display(one)}</code>`);
  const place = html`<span class="aside"><bdi>${display(source.file)}</bdi>:${source.line}</span>`;
  return html`<li class="${word}"><span class="sign">${sign}</span> ${codes}: ${what}${endText(cause)}${why}, for <bdi>${reach(cause, display)}</bdi> ${place}</li>`;
}
