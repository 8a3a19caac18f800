/** Safeguards that moved, and destinations that nobody trusts yet: first in every comment, shortened but never dropped. */
import { isPlanned, type Plan } from '../core/plan.ts';
import { byCodeUnit, groupBy } from '../core/role.ts';
import { code, name } from './code-span.ts';
import { unreadTarget } from './markdown-rows.ts';

/** What a reviewer reads first; a code that is not here is shown as it is. */
const titles: ReadonlyMap<string, string> = new Map([
  ['absent-lifted', 'no longer marked absent'],
  ['auth-changed', 'other credentials'],
  ['base-url-changed', 'another base URL'],
  ['drop-unknown-roles', 'role ids may be dropped'],
  ['field-unmanaged', 'field no longer managed'],
  ['files-opened', 'more files may hold its roles'],
  ['host-changed', 'another host gets the credentials'],
  ['no-base', 'nothing to compare with'],
  ['protection-lifted', 'protection removed'],
  ['reached-by-id', 'takes over another role'],
  ['reached-by-previously', 'takes over another role'],
  ['provider-changed', 'another provider'],
  ['role-unmanaged', 'no longer managed'],
  ['target-added', 'new target'],
  ['target-removed', 'target removed'],
  ['target-renamed', 'target renamed'],
  ['tenant-changed', 'another tenant'],
  ['unmanaged-changed', 'what happens to unmanaged roles'],
  ['untrusted', 'new destination for credentials'],
]);

interface Item {
  readonly code: string;
  readonly target: string;
  /** What tells it apart, for the short form. */
  readonly label: string;
  readonly text: string;
}

/** '' without any. Longer than `room` only where a single line for each kind is. */
export function safeguardsBlock(plan: Plan, room: number): string {
  const items = itemsOf(plan);
  if (items.length === 0) return '';
  const full = block(items.map(({ text }) => text));
  if (full.length <= room) return full;
  for (let names = 64; names >= 1; names = Math.floor(names / 2)) {
    const short = block(grouped(items, names, ({ code: kind, target }) => JSON.stringify([kind, target])));
    if (short.length <= room) return short;
  }
  return block(grouped(items, 0, ({ code: kind }) => kind));
}

function itemsOf(plan: Plan): readonly Item[] {
  const untrusted = plan.targets.flatMap((target): readonly Item[] => {
    if (isPlanned(target) || target.error.code !== 'untrusted') return [];
    const text = `${title('untrusted')}: ${unreadTarget(target)}`;
    return [{ code: 'untrusted', target: target.name, label: target.name, text }];
  });
  const safeguards = plan.safeguards.map(({ code: kind, target, role, message, source }): Item => {
    const where = source === null ? '' : ` – ${code(`${source.file}:${source.line}`, 'text')}`;
    const of = target === '' ? '' : `${name(target, 'text')} · `;
    const text = `${title(kind)}: ${of}${code(message, 'text')}${where}`;
    return { code: kind, target, label: role ?? message, text };
  });
  return [...untrusted, ...safeguards];
}

/** One line for each group, with some names in it; every item is counted. */
function grouped(items: readonly Item[], names: number, keyOf: (item: Item) => string): readonly string[] {
  return [...groupBy(items, keyOf)]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([, members]) => {
      const [first] = members;
      const listed = members.slice(0, names).map(({ label }) => name(label, 'text'));
      const more = members.length - listed.length;
      const rest = more === 0 ? [] : [listed.length === 0 ? `${more} in all` : `and ${more} more`];
      const where = names > 0 && first !== undefined ? `${name(first.target, 'text')} · ` : '';
      return `${title(first?.code ?? '')}: ${where}${[...listed, ...rest].join(', ')}`;
    });
}

function title(kind: string): string {
  return `**${titles.get(kind) ?? `${code(kind, 'text')}`}**`;
}

function block(texts: readonly string[]): string {
  return ['> [!CAUTION]', '> **Safeguards moved**', ...texts.map((text) => `> - ${text}`)].join('\n');
}
