/** One target of the page: what it is, a place for its matrix, its changes, what is withheld, and what no file names. */
import type { PlannedTarget } from '../../core/plan.ts';
import { display } from '../display.ts';
import { count } from '../style.ts';
import { changeList, type Listing, withheldList } from './changes.ts';
import { label } from './label.ts';
import { html, type Markup, nothing } from './markup.ts';
import type { Charted } from './matrix.ts';

/** `index` is the target's place in the plan, by which the script finds its matrix. */
export function targetSection(
  target: PlannedTarget,
  index: number,
  { columnOf }: Charted,
  { access, counted }: Pick<Listing, 'access' | 'counted'>,
): Markup {
  const { changes, withheld, provider, tenant, baseUrl } = target;
  const listing: Listing = { provider, access, columnOf, counted };
  const where = [provider, tenant, baseUrl].filter((text) => text !== '');
  return html`<section class="target" data-target="${index}" aria-labelledby="target-${index}">
<h3 id="target-${index}"><bdi>${display(target.name)}</bdi> <span class="aside">${where.map((text, at) => html`${at > 0 ? ' · ' : ''}<bdi>${text}</bdi>`)}</span></h3>
<p class="tally">${tally(target)}</p>
<div class="matrix" data-matrix></div>
${list('Changes', changes.length, changeList(changes, listing))}${list('Withheld: stays as it is', withheld.length, withheldList(withheld, listing))}${unmanagedNote(target)}
</section>
`;
}

function list(heading: string, amount: number, entries: Markup): Markup {
  if (amount === 0) return nothing;
  return html`<div data-list><h4>${heading} <span class="aside" data-count>${amount}</span></h4>
${entries}</div>
`;
}

function tally({ changes, withheld, unchanged, unmanaged, ignored }: PlannedTarget): string {
  const acting = (action: string) => changes.filter((change) => change.action === action).length;
  const counts: readonly (readonly [number, string])[] = [
    [acting('create'), 'to create'],
    [acting('update'), 'to update'],
    [acting('delete'), 'to delete'],
    [withheld.length, 'withheld'],
    [unchanged, 'unchanged'],
    [unmanaged.length, 'unmanaged'],
    [ignored, 'ignored'],
  ];
  const told = counts.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`);
  return told.length === 0 ? 'no roles declared' : told.join(' · ');
}

function unmanagedNote({ unmanaged, ignored }: PlannedTarget): Markup {
  if (ignored > 0) return html`<p class="unmanaged">${count(ignored, 'live role')} that no file names (ignored)</p>`;
  if (unmanaged.length === 0) return nothing;
  const names = unmanaged.map(
    ({ id, name }) => html`<li><bdi>${name === '' ? label(name, id) : display(name)}</bdi></li>`,
  );
  return html`<details class="unmanaged"${unmanaged.length > 20 ? nothing : html` open`}><summary>${count(unmanaged.length, 'live role')} that no file names</summary><ul class="roster">${names}</ul></details>`;
}
