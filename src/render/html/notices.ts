/** What a reviewer must not overlook: safeguards that moved, destinations nobody trusts yet, targets that were not read. */
import { type FailedTarget, isPlanned, type Plan, type Safeguard } from '../../core/plan.ts';
import { display } from '../display.ts';
import { html, type Markup, nothing, prose } from './markup.ts';

/** Right after the verdict, in full. A new destination for credentials comes first. */
export function safeguardList(plan: Plan): Markup {
  const untrusted = failed(plan).filter(({ error }) => error.code === 'untrusted');
  if (plan.safeguards.length + untrusted.length === 0) return nothing;
  return html`<section class="safeguards" aria-labelledby="safeguards"><h2 id="safeguards">Safeguards moved</h2>
<ul>${untrusted.map(failureEntry)}${plan.safeguards.map(safeguardEntry)}</ul></section>
`;
}

/** The other targets that are in error. */
export function failureList(plan: Plan): Markup {
  const unread = failed(plan).filter(({ error }) => error.code !== 'untrusted');
  if (unread.length === 0) return nothing;
  return html`<section class="failures" aria-labelledby="failures"><h2 id="failures">Not read, so not planned</h2>
<ul>${unread.map(failureEntry)}</ul></section>
`;
}

function failed({ targets }: Plan): readonly FailedTarget[] {
  return targets.flatMap((target) => (isPlanned(target) ? [] : [target]));
}

function failureEntry({ name, error }: FailedTarget): Markup {
  return html`<li><span class="sign">×</span> <bdi class="name">${display(name)}</bdi>: <bdi>${prose(error.message)}</bdi> <span class="aside">${error.code}</span></li>`;
}

function safeguardEntry({ target, message, source, code }: Safeguard): Markup {
  const whose = target === '' ? nothing : html`<bdi class="name">${display(target)}</bdi>: `;
  const place =
    source === null ? nothing : html` <span class="aside"><bdi>${display(source.file)}</bdi>:${source.line}</span>`;
  return html`<li><span class="sign">!</span> ${whose}<bdi>${prose(message)}</bdi> <span class="aside">${code}</span>${place}</li>`;
}
