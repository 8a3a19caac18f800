/** The filters above the matrices and the key to their signs. Hidden until the script can serve them. */
import { isPlanned, type Plan } from '../../core/plan.ts';
import { display } from '../display.ts';
import { html, type Markup, nothing } from './markup.ts';

export function tools({ targets }: Plan, changesOnly: boolean): Markup {
  const options = targets.map((target, index) =>
    isPlanned(target) ? html`<option value="${index}">${display(target.name)}</option>` : nothing,
  );
  return html`<div role="search" class="tools" id="tools" hidden>
<span class="control"><label for="filter-target">Target</label><select id="filter-target"><option value="">All targets</option>${options}</select></span>
<span class="control"><label for="filter-role">Role</label><input id="filter-role" type="search" autocomplete="off" spellcheck="false" placeholder="name or id"></span>
<span class="control"><label for="filter-permission">Permission</label><input id="filter-permission" type="search" autocomplete="off" spellcheck="false" placeholder="text or meaning"></span>
<span class="control"><input id="changes-only" type="checkbox" role="switch"${changesOnly ? html` checked` : nothing}><label for="changes-only">Only changes</label></span>
<button id="clear" type="button" hidden>Clear filters</button>
<p class="count" id="count" role="status" aria-live="polite"></p>
</div>
`;
}

export function legend(withDrift: boolean): Markup {
  const key = (state: string, sign: string, meaning: string) =>
    html`<li><span class="cell ${state}" aria-hidden="true"><i>${sign}</i></span> ${meaning}</li>`;
  return html`<ul class="legend" id="legend" aria-label="Key to the matrix" hidden>
${key('has', '•', 'has, stays')}${key('added', '+', 'gains')}${key('removed', '−', 'loses')}${key('changed', '~', 'field changes')}${key('withheld-add', '(+)', 'would gain, withheld')}${key('withheld-remove', '(−)', 'would lose, withheld')}${
  withDrift ? key('added drift', '+', 'with a corner: drift, live differs from what is merged') : nothing
}
<li class="hint">Arrow keys move from cell to cell.</li></ul>
`;
}
