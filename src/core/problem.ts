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

export function byPlace(a: Problem, b: Problem): number {
  return (
    byCodeUnit(a.source.file, b.source.file) ||
    a.source.line - b.source.line ||
    a.source.column - b.source.column ||
    byCodeUnit(a.message, b.message)
  );
}
