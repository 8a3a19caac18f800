/** Foreign text as an inline code span of GitHub's Markdown: no link, mention, reference, image or HTML comes of it. */
import { display, escapeUnsafe } from './display.ts';

/** In a table a pipe would end the cell, even inside a code span. */
export type Surroundings = 'text' | 'cell';

/** A name or permission. A long one is cut and says so. */
export function name(text: string, place: Surroundings): string {
  return code(display(text), place);
}

/** One line, whatever the text: line breaks, control and invisible characters are spelled out. */
export function code(text: string, place: Surroundings): string {
  const visible = text === '' ? '""' : withoutCommands(escapeUnsafe(text));
  const content = place === 'cell' ? withoutPipes(visible) : visible;
  const fence = '`'.repeat(longestRun(content) + 1);
  const pad = /^`|`$|^ .* $/su.test(content) ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/**
 * Parsers disagree on what a backslash before an escaped pipe means (cmark-gfm: text; micromark: an escaped backslash,
 * and the cell ends), so after a backslash the pipe is spelled out.
 */
function withoutPipes(text: string): string {
  return text.replace(/(\\?)\|/g, (_, backslash: string) => (backslash === '' ? '\\|' : '\\\\u007c'));
}

/** The runner of GitHub Actions takes `##[add-mask]…` anywhere in a printed line for a command (actions/runner, ActionCommand.cs). */
function withoutCommands(text: string): string {
  return text.replaceAll('##[', '#\\u0023[');
}

function longestRun(text: string): number {
  return text.includes('`') ? Math.max(...[...text.matchAll(/`+/g)].map(([run]) => run.length)) : 0;
}
