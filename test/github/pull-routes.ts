/** Answers for pull requests, their commits and their reviews; nothing here writes. */
import { commitsOf } from './graph.ts';
import { type Answer, notFound, numberOf, ok, type Route, type Visit } from './route.ts';
import { base, commit, page, repository, user } from './shapes.ts';
import type { Pull } from './state.ts';

const read = [{ pull_requests: 'read' }] as const;

export const pullRoutes: readonly Route[] = [
  { method: 'GET', path: '/pulls', needs: read, answer: pulls },
  { method: 'GET', path: '/pulls/{number}', needs: read, answer: withPull((visit, pull) => ok(whole(visit, pull))) },
  { method: 'GET', path: '/pulls/{number}/commits', needs: read, answer: withPull(commits) },
  { method: 'GET', path: '/pulls/{number}/reviews', needs: read, answer: withPull(reviews) },
];

/** https://docs.github.com/en/rest/pulls/pulls#list-pull-requests: the short form, without `merged` and `mergeable` */
export function pullShape(visit: Visit, pull: Pull): object {
  const { state } = visit;
  const headOwner = pull.head.repo?.owner ?? null;
  return {
    id: 1_000_000 + pull.number,
    node_id: `PR_${pull.number}`,
    number: pull.number,
    url: `${base(visit)}/pulls/${pull.number}`,
    html_url: `${page(visit)}/pull/${pull.number}`,
    issue_url: `${base(visit)}/issues/${pull.number}`,
    state: pull.state,
    locked: false,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: user(visit, pull.author),
    labels: pull.labels.map((name) => ({ name })),
    created_at: pull.created_at,
    updated_at: pull.updated_at,
    closed_at: pull.closed_at,
    merged_at: pull.merged_at,
    merge_commit_sha:
      pull.merge_commit_sha ?? (pull.state === 'open' ? state.testMerges.get(pull.number) : null) ?? null,
    head: {
      label: `${headOwner ?? 'unknown repository'}:${pull.head.ref}`,
      ref: pull.head.ref,
      sha: pull.head.sha,
      user: headOwner === null ? null : user(visit, headOwner),
      repo: pull.head.repo === null ? null : repository(visit, pull.head.repo),
    },
    base: {
      label: `${state.repository.owner}:${pull.base.ref}`,
      ref: pull.base.ref,
      sha: pull.base.sha,
      user: user(visit, state.repository.owner),
      repo: repository(visit),
    },
    author_association: 'CONTRIBUTOR',
    auto_merge: null,
  };
}

/** https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
function whole(visit: Visit, pull: Pull): object {
  const merged = pull.merged_at !== null;
  const conflicts = visit.state.testMerges.get(pull.number) === null;
  return {
    ...pullShape(visit, pull),
    merged,
    merged_by: pull.merged_by === null ? null : user(visit, pull.merged_by),
    mergeable: merged ? null : !conflicts,
    mergeable_state: merged ? 'unknown' : conflicts ? 'dirty' : 'clean',
    commits: commitsOf(visit.state, pull).length,
    maintainer_can_modify: false,
  };
}

/** Newest first unless `direction=asc`, or another `sort` is asked for: then oldest first unless `direction=desc`. */
function pulls(visit: Visit): Answer {
  const { state, query } = visit;
  const wanted = query.get('state') ?? 'open';
  const sort = query.get('sort') === 'updated' ? 'updated_at' : 'created_at';
  const descends = (query.get('direction') ?? (sort === 'created_at' ? 'desc' : 'asc')) === 'desc';
  const found = state.pulls
    .filter((pull) => wanted === 'all' || pull.state === wanted)
    .filter((pull) => query.get('base') === null || pull.base.ref === query.get('base'))
    .filter((pull) => query.get('head') === null || `${pull.head.repo?.owner}:${pull.head.ref}` === query.get('head'))
    .sort((a, b) => a[sort].localeCompare(b[sort]) || a.number - b.number);
  return { list: (descends ? found.reverse() : found).map((pull) => pullShape(visit, pull)) };
}

/** https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request: at most 250 */
function commits(visit: Visit, pull: Pull): Answer {
  return {
    list: commitsOf(visit.state, pull)
      .slice(0, 250)
      .map((one) => commit(visit, one)),
  };
}

/** https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request: in the order they came */
function reviews(visit: Visit, pull: Pull): Answer {
  const found = visit.state.reviews.filter((review) => review.pull === pull.number);
  return {
    list: found.map(({ id, author, body, state, commit_id, submitted_at }) => ({
      id,
      node_id: `PRR_${id}`,
      user: user(visit, author),
      body,
      state,
      commit_id,
      submitted_at,
      html_url: `${page(visit)}/pull/${pull.number}#pullrequestreview-${id}`,
      pull_request_url: `${base(visit)}/pulls/${pull.number}`,
      author_association: 'CONTRIBUTOR',
    })),
  };
}

function withPull(answer: (visit: Visit, pull: Pull) => Answer): (visit: Visit) => Answer {
  return (visit) => {
    const pull = visit.state.pulls.find(({ number }) => number === numberOf(visit, 'number'));
    return pull === undefined ? notFound() : answer(visit, pull);
  };
}
