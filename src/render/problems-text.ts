/** Mistakes in role files as a compiler shows them: file:line:column, the message, the line, and a caret below the place. */
import stringWidth from 'fast-string-width';
import type { Problem } from '../core/problem.ts';
import { escapeUnsafe } from './display.ts';
import { count, type Style } from './style.ts';

const widest = 76;

function problemText({ severity, message, source, excerpt }: Problem, { paint }: Style): string {
  const place = `${escapeUnsafe(source.file)}:${source.line}:${source.column}`;
  const label = severity === 'error' ? '' : `${paint('yellow', 'warning:')} `;
  const head = `${paint('bold', place)}  ${label}${escapeUnsafe(message)}`;
  // A warning is one line: there may be many, and none of them stops anything.
  return severity === 'warning' || excerpt === undefined || excerpt.trim() === ''
    ? head
    : `${head}\n${caret(excerpt, source.column, paint)}`;
}

/** All problems and a line that counts them. */
export function problemsText(problems: readonly Problem[], style: Style): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : ''];
  const texts = problems.map((problem) => problemText(problem, style));
  // Lines are below each other; a mistake that shows its line of the file is set apart.
  const gap = (one: string, next: string) => (`${one}${next}`.includes('\n') ? '\n\n' : '\n');
  const list = texts.reduce((all, text, at) => `${all}${at === 0 ? '' : gap(texts[at - 1] ?? '', text)}${text}`, '');
  return `${list}\n\n${counts.filter((text) => text !== '').join(', ')}`;
}

/** The line, cut around the place where it is long; the caret counts the columns that a terminal shows. */
function caret(excerpt: string, column: number, paint: Style['paint']): string {
  const from = Math.max(0, Math.min(column - 1, excerpt.length) - widest / 2);
  const lead = excerpt.slice(from, column - 1);
  const shown = escapeUnsafe(excerpt.slice(from, from + widest).replaceAll('\t', ' '));
  const offset = stringWidth(escapeUnsafe(lead.replaceAll('\t', ' ')));
  const cut = from > 0 ? '…' : '';
  return `    ${paint('dim', cut + shown)}\n    ${' '.repeat(cut.length + offset)}${paint('red', '^')}`;
}
