/** What to do where there are no role files at all: the place of a mistake would be no help. */
import type { Problem } from '../core/problem.ts';
import { escapeUnsafe } from './display.ts';
import type { Style } from './style.ts';

/** undefined: there are role files, or another mistake. */
export function noFilesText(problems: readonly Problem[], { paint }: Style): string | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0 || errors.some(({ code }) => code !== 'missing' && code !== 'no-files')) return undefined;
  const places = errors.map(({ source, code }) => {
    const path = escapeUnsafe(source.file);
    return code === 'missing' ? `\`${path}\` does not exist` : `\`${path}\` has none`;
  });
  return `${paint('bold', 'There are no role files here')}: ${places.join(', ')}.

  rolesync init                     begin: a role file, and what CI needs
  rolesync import --provider NAME   write down what is live
  rolesync COMMAND --help           to say where they are, if not in \`roles\``;
}
