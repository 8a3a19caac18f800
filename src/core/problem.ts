/** A mistake in a role file: data, collected and never thrown. */
import { byCodeUnit, type Source } from './role.ts';

export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Stable, kebab-case, for machines: 'unknown-key', 'duplicate-role', … */
  readonly code: string;
  readonly message: string;
  readonly source: Source;
  /** The line of the file that `source` points into, for the caret. */
  readonly excerpt?: string;
}

/** A place in a file, with the line that it points into. */
export interface Location {
  readonly source: Source;
  readonly excerpt?: string;
}

export function problem(
  { source, excerpt }: Location,
  code: string,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { severity, code, message, source, ...(excerpt === undefined ? {} : { excerpt }) };
}

/** The start of a file, for what is wrong with it as a whole. */
export function wholeFile(file: string): Location {
  return { source: { file, line: 1, column: 1 } };
}

export function byPlace(a: Problem, b: Problem): number {
  return (
    byCodeUnit(a.source.file, b.source.file) ||
    a.source.line - b.source.line ||
    a.source.column - b.source.column ||
    byCodeUnit(a.message, b.message)
  );
}
