/** A pull request: as the event of the run names it, and as it is now. Reads GitHub and nothing else. */
import { Failure } from '../../core/failure.ts';
import type { Context } from '../context.ts';
import { field, isCommitId, isPullNumber } from '../untrusted-json.ts';
import { asked, type GitHub } from './api.ts';

export interface PullEvent {
  readonly number: number;
  /** The commit that the run is for. */
  readonly head: string;
}

export interface PullNow {
  readonly number: number;
  readonly head: string;
  readonly open: boolean;
  /** The branch that it will be merged into. */
  readonly base: string;
  /** Why its run must not have secrets; undefined: it may. */
  readonly stranger: string | undefined;
  /** false: it conflicts; null: GitHub does not know yet. */
  readonly mergeable: boolean | null;
}

/** undefined where the event is of no pull request. @throws Failure 'config' for a number or commit of another form. */
export function pullEvent(payload: unknown): PullEvent | undefined {
  const pull = field(payload, 'pull_request');
  if (typeof pull !== 'object' || pull === null) return undefined;
  const number = field(pull, 'number');
  const head = field(field(pull, 'head'), 'sha');
  if (isPullNumber(number) && isCommitId(head)) return { number, head };
  throw new Failure('config', 'the event names a pull request whose number or head cannot be read');
}

/** Needs `pull-requests: read`. */
export async function readPull(github: GitHub, { owner, repo }: Context, number: number): Promise<PullNow> {
  const { data } = await asked('reading the pull request', () =>
    github.rest.pulls.get({ owner, repo, pull_number: number }),
  );
  return {
    number,
    head: data.head.sha,
    open: data.state === 'open',
    base: data.base.ref,
    stranger: strangerOf(data.user?.login, data.head.repo?.id, data.base.repo.id),
    mergeable: data.mergeable,
  };
}

type Id = number | bigint;

/** A fork that is gone has no repository. Whoever pushes to a branch of Dependabot, the pull request is still its own. */
function strangerOf(author: string | undefined, head: Id | undefined, base: Id): string | undefined {
  if (author === 'dependabot[bot]') return 'Dependabot opened it';
  return head === base ? undefined : 'it comes from a fork';
}
