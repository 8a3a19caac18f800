/** What a change grants and revokes, as a list, the most powerful first. It folds only what is harmless. */
import type { Change, Drop } from '../../core/change.ts';
import { classes, isPower, type MeaningOf } from '../access.ts';
import { display } from '../display.ts';
import type { Drift } from './label.ts';
import { html, type Markup, nothing } from './markup.ts';

const unfolded = 12;

interface Effect {
  readonly kind: 'grant' | 'revoke';
  readonly permission: string;
  readonly risk: ReturnType<MeaningOf>;
  readonly drift: boolean;
}

/** Items of a list. A grant that gives power or repairs drift is never folded: nobody wrote the latter into this branch. */
export function permissionEffects(
  change: Change,
  drift: Drift,
  access: (permission: string) => ReturnType<MeaningOf>,
): Markup {
  const effect =
    (kind: Effect['kind']) =>
    (permission: string): Effect => ({
      kind,
      permission,
      risk: access(permission),
      drift: drift.has(kind, permission),
    });
  const all = [...change.grants.map(effect('grant')), ...change.revokes.map(effect('revoke'))].sort(
    (a, b) => Number(folds(a)) - Number(folds(b)) || classes.indexOf(a.risk.class) - classes.indexOf(b.risk.class),
  );
  const room = Math.max(unfolded, all.filter((one) => !folds(one)).length);
  const rest = all.slice(room);
  return html`${all.slice(0, room).map(item)}${rest.length === 0 ? nothing : folded(rest)}${change.drops.map(sideEffect)}`;
}

/** Only how many there are: the script lists them when the fold is opened. `kind`: whose marks in the matrix they are. */
export function countedEffects(
  change: Change,
  kind: 'planned' | 'withheld',
  access: (permission: string) => ReturnType<MeaningOf>,
): Markup {
  const { grants, revokes, drops } = change;
  const powerful = grants.filter((permission) => isPower(access(permission).class)).length;
  const counts = [
    ...(grants.length > 0 ? [`gains ${grants.length}${powerful > 0 ? `, ${powerful} of them power` : ''}`] : []),
    ...(revokes.length > 0 ? [`loses ${revokes.length}`] : []),
  ];
  const fold =
    counts.length === 0
      ? nothing
      : html`<li><details data-effects="${kind}"><summary>${counts.join(', ')}</summary></details></li>`;
  return html`${fold}${drops.map(sideEffect)}`;
}

export function classBadge(kind: string): Markup {
  return html`<span class="badge ${kind}">${kind}</span>`;
}

export function driftBadge(isDrift: boolean): Markup {
  return isDrift ? html` <span class="badge drift">drift</span>` : nothing;
}

function folds({ kind, drift, risk }: Effect): boolean {
  return kind === 'revoke' || !(drift || isPower(risk.class));
}

function item({ kind, permission, risk, drift }: Effect): Markup {
  const phrase = risk.phrase === null ? nothing : html` <span class="aside">${risk.phrase}</span>`;
  const badges = html`${classBadge(risk.class)}${driftBadge(drift)}`;
  return kind === 'grant'
    ? html`<li class="added"><span class="sign">+</span> gains <code>${display(permission)}</code> ${badges}${phrase}</li>`
    : html`<li class="removed"><span class="sign">−</span> loses <code>${display(permission)}</code> ${badges}${phrase}</li>`;
}

/** Never folded: it is about somebody else than the role. */
function sideEffect({ permission, id }: Drop): Markup {
  return html`<li class="removed"><span class="sign">−</span> takes <code>${display(permission)}</code> from <code>${display(id)}</code>, which is no role</li>`;
}

function folded(rest: readonly Effect[]): Markup {
  const line = (wanted: Effect['kind'], word: Markup) => {
    const some = rest.filter(({ kind }) => kind === wanted);
    if (some.length === 0) return nothing;
    const codes = some.map(({ permission }, at) => html`${at > 0 ? ', ' : ''}<code>${display(permission)}</code>`);
    return html`<p>${word} ${codes}</p>`;
  };
  const gains = line('grant', html`<span class="sign">+</span> gains`);
  const loses = line('revoke', html`<span class="sign">−</span> loses`);
  return html`<li><details><summary>${rest.length} more</summary>${gains}${loses}</details></li>`;
}
