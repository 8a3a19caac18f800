/** `validate`: checks the role files of what will be merged. No secrets, no provider, no comment. */
import { Failure } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import { fetchMerge } from '../github/merge-result.ts';
import { pullEvent } from '../github/pull.ts';
import { reportProblems } from '../github/report.ts';
import type { Step } from '../step.ts';
import { field, isCommitId } from '../untrusted-json.ts';

/** Red where the role files have mistakes. */
export async function validateMode(step: Step): Promise<number> {
  const commit = await revisionOf(step);
  if (commit === 'moved') {
    step.say('Superseded: the pull request has a newer head.');
    step.output('superseded', true);
    return 0;
  }
  const { exitCode, problems, refused } = await step.commands.validate({ rev: commit });
  reportProblems(step, problems ?? refused?.problems ?? []);
  if (refused !== undefined) step.fail(refused.error.message);
  if (exitCode === 0) step.say(`The role files of ${commit} are valid.`);
  return exitCode;
}

async function revisionOf(step: Step): Promise<string> {
  const { payload } = step.context;
  const pull = pullEvent(payload);
  if (pull !== undefined) {
    const result = await fetchMerge(step, pull);
    return result === 'moved' ? result : result.commit;
  }
  const group = field(payload, 'merge_group');
  if (typeof group === 'object' && group !== null) return mergeGroup(step, group);
  const head = step.git.commit('HEAD');
  if (head !== undefined) return head;
  throw new Failure('config', 'the workspace is not a git repository: put actions/checkout before this step');
}

/** A merge queue tests the commits that it is about to push, on a branch of its own. */
function mergeGroup({ git }: Step, group: object): string {
  const head = field(group, 'head_sha');
  const ref = field(group, 'head_ref');
  if (!isCommitId(head) || typeof ref !== 'string' || !/^refs\/heads\/gh-readonly-queue\/[^\s:*?[\\^~]+$/.test(ref)) {
    throw new Failure('config', 'the event names a merge group whose branch or commit cannot be read');
  }
  if (git.commit(head) === undefined) git.fetch(`+${ref}:refs/rolesync/merge`);
  if (git.commit(head) !== undefined) return head;
  throw new Failure('config', `the merge group \`${shown(ref)}\` is gone: its run is no longer needed`);
}
