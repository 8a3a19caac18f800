/** HTML as data: a template whose values are escaped and made visible unless they are markup themselves. It knows no page. */
import { escapeUnsafe } from '../display.ts';

export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly Markup[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // `##[` is a command to the runner of GitHub Actions, should the page be printed there.
  '#': '&#35;',
};

/** The only way to make markup. A string that is put in stays text, also inside a quoted attribute; never put one elsewhere. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const pieces = literals.map((literal, at) => literal + (at < values.length ? markupOf(values[at] ?? '') : ''));
  return { markup: pieces.join('') };
}

/** Any data as JSON that cannot end the script element around it. */
export function json(value: unknown): Markup {
  const spelled = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return { markup: JSON.stringify(value).replace(/[<>&\u2028\u2029]|#(?=#\[)/g, spelled) };
}

/** Our own script or style, byte for byte: the page contains its hash. Never for text from elsewhere. */
export function verbatim(own: string): Markup {
  return { markup: own };
}

/** A message with what it quotes in backticks set as code. Whose backticks they are changes the looks alone. */
export function prose(text: string): Markup {
  const pieces = text.split(/`([^`]+)`/);
  return html`${pieces.map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`))}`;
}

export const nothing: Markup = { markup: '' };

function markupOf(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return escapeUnsafe(value).replace(/[&<>"']|#(?=#\[)/g, (character) => entities[character] ?? '');
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}
