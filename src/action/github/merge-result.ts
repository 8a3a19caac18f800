/** The commit that merging a pull request would make, as GitHub keeps it, fetched as objects. Nothing is checked out. */
import { Failure } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import type { Step } from '../step.ts';
import { type PullEvent, readPull } from './pull.ts';

export interface MergeResult {
  readonly commit: string;
  /** Its first parent: what the branch is merged into. */
  readonly base: string;
}

/** GitHub makes the merge some time after a push, and keeps the one before it until then. */
const attempts = 6;
const pause = 2000;

const mergeRef = 'refs/rolesync/merge';

/**
 * 'moved' where the pull request has another head by now.
 * @throws Failure 'config' where it conflicts with its base, or GitHub does not make the merge in time.
 */
export async function fetchMerge(step: Step, { number, head }: PullEvent): Promise<MergeResult | 'moved'> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const there = step.git.fetch(`+refs/pull/${number}/merge:${mergeRef}`);
    const result = there ? read(step, head) : undefined;
    if (result !== undefined) return result;
    const now = await readPull(step.github, step.context, number);
    if (now.head !== head) return 'moved';
    if (now.mergeable === false) {
      const message = `conflicts with \`${shown(now.base)}\`: nothing can be planned until they are resolved`;
      throw new Failure('config', `this pull request ${message}`);
    }
    if (attempt < attempts) await step.wait(pause * attempt);
  }
  throw new Failure('config', 'GitHub has not created the merge commit of this head yet: run this job again');
}

/**
 * The tip of the default branch, once it is certain that the checkout is of that branch.
 * @throws Failure 'refused' where it is not: the workflow and the trusted role files would be those of a pull request.
 */
export function trustedCommit(step: Step, branch: string): string {
  if (!/^[^\s:*?[\\^~-][^\s:*?[\\^~]*$/.test(branch)) {
    throw new Failure('config', `the name of the default branch, \`${shown(branch)}\`, cannot be fetched`);
  }
  const ref = 'refs/rolesync/default';
  const there = step.git.fetch(`+refs/heads/${branch}:${ref}`);
  const tip = there ? step.git.commit(ref) : undefined;
  if (tip === undefined) throw new Failure('config', `origin has no branch \`${shown(branch)}\``);
  const checkedOut = step.git.commit('HEAD');
  if (checkedOut !== undefined && step.git.isAncestor(checkedOut, tip)) return tip;
  throw new Failure(
    'refused',
    `the checked-out commit is not on \`${shown(branch)}\`: remove \`ref\` and \`repository\` from actions/checkout, and run on \`pull_request_target\``,
  );
}

function read({ git }: Step, head: string): MergeResult | undefined {
  const [commit, base, merged, ...more] = git.read('rev-list', '--parents', '-n', '1', mergeRef).split(' ');
  const whole = commit !== undefined && base !== undefined && merged === head && more.length === 0;
  return whole ? { commit, base } : undefined;
}
