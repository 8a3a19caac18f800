/** The revisions that a run looks at beside the working tree: what is planned, what it is compared with, what is trusted. */
import type { CommandIo } from '../io.ts';
import type { CompareFlags, Comparison } from './comparison.ts';

const alone: Comparison = {
  source: undefined,
  baseOf: () => undefined,
  misplaced: () => [],
  untrusted: () => new Map(),
  about: () => ({ base: null, rails: [] }),
};

/** git is touched only where a revision is named. @throws Failure for a revision that is needed and cannot be had. */
export async function compare(paths: readonly string[], flags: CompareFlags, io: CommandIo): Promise<Comparison> {
  const { rev, base, baseDir, trust } = flags;
  if ([rev, base, baseDir, trust].every((one) => one === undefined)) return alone;
  const { compareRevisions } = await import('./revisions.ts');
  return { ...alone, ...compareRevisions(paths, flags, await io.table.language(), io) };
}
