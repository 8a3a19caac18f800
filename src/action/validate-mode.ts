/** `validate`: checks the role files of whatever is to be merged. No secrets, no provider, no comment. */
import { Failure } from '../core/failure.ts';
import { shown } from '../core/text.ts';
import { fetchMerge } from './merge-result.ts';
import { field, pullEvent } from './pull.ts';
import { isCommitId } from './range.ts';
import { reportProblems } from './report.ts';
import type { ActionRun } from './run.ts';

/** Red where the role files have mistakes. */
export async function validateMode(run: ActionRun): Promise<number> {
  const commit = await revisionOf(run);
  if (commit === 'moved') {
    run.say('Superseded: the pull request has another head by now.');
    run.output('superseded', true);
    return 0;
  }
  const { exitCode, document } = await run.command.validate('--rev', commit);
  reportProblems(run, document.problems);
  if (document.error !== undefined) run.fail(document.error.message);
  if (exitCode === 0) run.say(`The role files of ${commit} are valid.`);
  return exitCode;
}

async function revisionOf(run: ActionRun): Promise<string> {
  const { payload } = run.context;
  const pull = pullEvent(payload);
  if (pull !== undefined) {
    const result = await fetchMerge(run, pull);
    return result === 'moved' ? result : result.commit;
  }
  const group = field(payload, 'merge_group');
  if (typeof group === 'object' && group !== null) return mergeGroup(run, group);
  const head = run.git.commit('HEAD');
  if (head !== undefined) return head;
  throw new Failure('config', 'the workspace is no git repository: put actions/checkout before this step');
}

/** A merge queue tests the commits that it is about to push, on a branch of its own. */
function mergeGroup({ git }: ActionRun, group: object): string {
  const head = field(group, 'head_sha');
  const ref = field(group, 'head_ref');
  if (!isCommitId(head) || typeof ref !== 'string' || !/^refs\/heads\/gh-readonly-queue\/[^\s:*?[\\^~]+$/.test(ref)) {
    throw new Failure('config', 'the event names a merge group whose branch or commit cannot be read');
  }
  if (git.commit(head) === undefined) git.fetch(`+${ref}:refs/rolesync/merge`);
  if (git.commit(head) !== undefined) return head;
  throw new Failure('config', `the merge group \`${shown(ref)}\` is gone: its run is of no use any more`);
}
