/** Which runs may have planned a commit, as its statuses say: where to look for plans, and never evidence of one. */
import type { Step } from '../step.ts';
import { asked } from './api.ts';
import { planStatus } from './view.ts';

/**
 * Ids of runs, each once. Anybody who can push can set a status, so they may be anything; but nobody can take one away, so
 * that no plan can be hidden. Needs `statuses: read`.
 */
export async function runsNamedFor(
  { github, context }: Pick<Step, 'github' | 'context'>,
  commit: string,
): Promise<readonly number[]> {
  const { owner, repo } = context;
  const listed = await asked('reading the statuses of a commit', () =>
    github.paginate(github.rest.repos.listCommitStatusesForRef, { owner, repo, ref: commit, per_page: 100 }),
  );
  const ids = listed.flatMap(({ context: name, target_url }) => {
    const [, id] = /\/actions\/runs\/(\d{1,15})$/.exec(target_url ?? '') ?? [];
    return name === planStatus && id !== undefined ? [Number(id)] : [];
  });
  return [...new Set(ids)];
}
