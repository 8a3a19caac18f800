/** Workflow commands of GitHub Actions that annotate a line of a file; nothing in one can break out of it. */
import type { Source } from '../core/role.ts';
import { escapeUnsafe } from './display.ts';

export interface Annotation {
  readonly level: 'notice' | 'warning' | 'error';
  readonly source: Source | null;
  readonly title: string;
  /** Of foreign text, not yet escaped; asked only of those that are shown. */
  readonly lines: readonly string[] | (() => readonly string[]);
  /** Told in full even where there are more than GitHub shows. */
  readonly always?: boolean;
}

/** GitHub shows ten of each level for a step and drops the others without a word. */
const shown = 10;

/** One command a line, each ended; at most ten of each level, the first ones, and the last of ten counts the rest. */
export function commands(annotations: readonly Annotation[]): string {
  return (['error', 'warning', 'notice'] as const)
    .flatMap((level) =>
      limited(
        annotations.filter((one) => one.level === level),
        level,
      ),
    )
    .map((one) => `${command(one)}\n`)
    .join('');
}

function limited(annotations: readonly Annotation[], level: Annotation['level']): readonly Annotation[] {
  if (annotations.length <= shown) return annotations;
  const rest = annotations.slice(shown - 1);
  const kept = rest.filter(({ always }) => always === true).flatMap(linesOf);
  const title = `${rest.length} more`;
  const lines = [...kept, 'the log has the whole plan'];
  return [...annotations.slice(0, shown - 1), { level, source: null, title, lines }];
}

/** Escaped as the toolkit does (actions/toolkit, packages/core/src/command.ts). */
function command(annotation: Annotation): string {
  const { level, source, title } = annotation;
  const place: Readonly<Record<string, string>> =
    source === null ? {} : { file: source.file, line: String(source.line), col: String(source.column) };
  const properties = Object.entries({ ...place, title }).map(
    ([key, value]) => `${key}=${property(escapeUnsafe(value))}`,
  );
  // The log shows the message on lines of its own: behind a dash none of them begins with foreign text.
  const lines = linesOf(annotation);
  const message = (lines.length === 0 ? [title] : lines).map((line) => `- ${escapeUnsafe(line)}`).join('\n');
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

function linesOf({ lines }: Annotation): readonly string[] {
  return typeof lines === 'function' ? lines() : lines;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
