/** A saved plan as one page that a reviewer opens from a file: it loads nothing, sends nothing, and reads without its script too. */
import { createHash } from 'node:crypto';
import { differs, isPlanned, type Plan } from '../../core/plan.ts';
import type { MeaningOf } from '../access.ts';
import { display } from '../display.ts';
import { verdict } from '../verdict.ts';
import { causeList } from './causes.ts';
import { script, style } from './generated/assets.js';
import { isLong } from './long.ts';
import { html, json, type Markup, nothing, verbatim } from './markup.ts';
import { type Charted, chart } from './matrix.ts';
import { failureList, safeguardList } from './notices.ts';
import { reachedList, sentenceList } from './sentences.ts';
import type { PageData } from './shape.ts';
import { targetSection } from './target.ts';
import { legend, tools } from './tools.ts';

/** A whole HTML document. It holds every name and permission of the plan's targets, and no secret, because a plan has none. */
export function planHtml(plan: Plan, access: MeaningOf): string {
  const charts = plan.targets.map((target) => (isPlanned(target) ? chart(target, access) : null));
  const data: PageData = {
    matrices: charts.map((charted) => charted?.matrix ?? null),
    changesOnly: changesAnything(plan),
  };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(policy())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>rolesync plan: ${verdict(plan, access)}</title>
<style>${verbatim(style)}</style>
</head>
<body>
<a class="skip" href="#access">Skip to the access matrix</a>
<header>
<p class="eyebrow">rolesync ${plan.tool.version} plan${plan.base === null ? nothing : html`, compared with <bdi>${display(plan.base)}</bdi>`}</p>
<h1>${verdict(plan, access)}</h1>
</header>
<main>
${safeguardList(plan)}${causeList(plan)}${sentenceList(plan, access)}${reachedList(plan, access)}${failureList(plan)}${accessPart(plan, charts, access)}
</main>
<footer><p>Digest of this plan</p><p><code class="digest">${plan.digest}</code></p></footer>
<script type="application/json" id="plan">${json(data)}</script>
<script>${verbatim(script)}</script>
</body>
</html>
`.markup;
}

const withoutScript = 'The matrix of roles and permissions needs JavaScript. The lists below are complete without it.';
const longWithoutScript =
  'The matrix needs JavaScript, and so do the permissions of each change: there are so many that they are only counted below. The plan as text has them all.';

/** Inline parts by their hash, and nothing else from anywhere. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
}

function changesAnything(plan: Plan): boolean {
  return differs({ targets: plan.targets.filter(isPlanned) });
}

function accessPart(plan: Plan, charts: readonly (Charted | null)[], access: MeaningOf): Markup {
  const counted = isLong(plan);
  const sections = plan.targets.map((target, index) => {
    const charted = charts[index];
    return isPlanned(target) && charted ? targetSection(target, index, charted, { access, counted }) : nothing;
  });
  return html`<section id="access" tabindex="-1" aria-labelledby="access-heading"><h2 id="access-heading">Access by target</h2>
<noscript><p class="aside">${counted ? longWithoutScript : withoutScript}</p></noscript>
${tools(plan, changesAnything(plan))}${legend(plan.base !== null)}${sections}</section>
<div class="inspector" id="inspector" hidden></div>`;
}
