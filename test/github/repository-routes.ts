/** Answers for the repository itself: branches, refs, commits, comparisons, and who may do what. */
import { between, commitsOf, mergeBase, reachable, resolve } from './graph.ts';
import { pullShape } from './pull-routes.ts';
import { type Answer, noCommit, notFound, ok, type Route, refusal, type Visit } from './route.ts';
import { base, commit, page, repository, user } from './shapes.ts';

const contents = [{ contents: 'read' }] as const;

export const repositoryRoutes: readonly Route[] = [
  { method: 'GET', path: '', needs: [], answer: (visit) => ok(repository(visit)) },
  { method: 'GET', path: '/branches/{branch+}', needs: contents, answer: branch },
  { method: 'GET', path: '/git/ref/{ref+}', needs: contents, answer: ref },
  { method: 'GET', path: '/commits', needs: contents, answer: commits },
  { method: 'GET', path: '/commits/{ref}', needs: contents, answer: oneCommit },
  { method: 'GET', path: '/commits/{ref}/pulls', needs: [{ pull_requests: 'read' }], answer: pullsOfCommit },
  { method: 'GET', path: '/compare/{basehead+}', needs: contents, answer: compare },
  { method: 'GET', path: '/collaborators/{login}/permission', needs: [], answer: permission },
];

/** https://docs.github.com/en/rest/branches/branches#get-a-branch */
function branch(visit: Visit): Answer {
  const name = visit.params['branch'] ?? '';
  const found = visit.state.branches.get(name);
  const head = visit.state.commits.get(found?.sha ?? '');
  if (found === undefined || head === undefined) return refusal(404, 'Branch not found');
  return ok({ name, commit: commit(visit, head), protected: found.protected });
}

/** https://docs.github.com/en/rest/git/refs#get-a-reference */
function ref(visit: Visit): Answer {
  const name = visit.params['ref'] ?? '';
  const sha = /^(heads|pull)\//.test(name) ? resolve(visit.state, name) : undefined;
  if (sha === undefined) return notFound();
  const object = { type: 'commit', sha, url: `${base(visit)}/git/commits/${sha}` };
  return ok({ ref: `refs/${name}`, node_id: `REF_${name}`, url: `${base(visit)}/git/refs/${name}`, object });
}

/** https://docs.github.com/en/rest/commits/commits#list-commits: newest first */
function commits(visit: Visit): Answer {
  const { state, query } = visit;
  const head = resolve(state, query.get('sha') ?? state.repository.default_branch);
  if (head === undefined) return notFound();
  const all = [...reachable(state.commits, head)].flatMap((sha) => state.commits.get(sha) ?? []);
  return { list: all.reverse().map((one) => commit(visit, one)) };
}

function oneCommit(visit: Visit): Answer {
  const name = visit.params['ref'] ?? '';
  const found = visit.state.commits.get(resolve(visit.state, name) ?? '');
  return found === undefined ? noCommit(name) : ok(commit(visit, found));
}

/**
 * https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit: the merged pull request
 * that introduced a commit of the default branch; for any other commit the open and the merged ones that hold it.
 */
function pullsOfCommit(visit: Visit): Answer {
  const { state } = visit;
  const name = visit.params['ref'] ?? '';
  const sha = resolve(state, name);
  if (sha === undefined) return noCommit(name);
  const tip = state.branches.get(state.repository.default_branch)?.sha ?? '';
  const onDefault = reachable(state.commits, tip).has(sha);
  const holds = onDefault
    ? state.pulls.filter(({ landed }) => landed.includes(sha))
    : state.pulls
        .filter((pull) => pull.state === 'open' || pull.merged_at !== null)
        .filter((pull) => commitsOf(state, pull).some((one) => one.sha === sha));
  return { list: holds.map((pull) => pullShape(visit, pull)) };
}

/**
 * https://docs.github.com/en/rest/commits/commits#compare-two-commits: oldest first; without paging at most the newest
 * 250. Files are left out.
 */
function compare(visit: Visit): Answer {
  const { state, query } = visit;
  const [from = '', to = '', more] = (visit.params['basehead'] ?? '').split('...');
  const [one, other] = [resolve(state, from) ?? '', resolve(state, to) ?? ''];
  const [oneCommitOf, otherCommit] = [state.commits.get(one), state.commits.get(other)];
  const parting = state.commits.get(mergeBase(state.commits, one, other) ?? '');
  if (more !== undefined || oneCommitOf === undefined || otherCommit === undefined) return notFound();
  if (parting === undefined) return refusal(404, `No common ancestor between ${from} and ${to}.`);

  const ahead = between(state.commits, one, other);
  const behind = between(state.commits, other, one).length;
  const status = ahead.length > 0 ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical';
  const url = `${base(visit)}/compare/${from}...${to}`;
  const around = (commits: readonly unknown[]) => ({
    url,
    html_url: `${page(visit)}/compare/${from}...${to}`,
    base_commit: commit(visit, oneCommitOf),
    merge_base_commit: commit(visit, parting),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits,
  });
  const list = ahead.map((each) => commit(visit, each));
  return query.has('per_page') || query.has('page') ? { list, around } : ok(around(list.slice(-250)));
}

/** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
function permission(visit: Visit): Answer {
  const login = visit.params['login'] ?? '';
  if (!visit.state.users.has(login) && !visit.state.collaborators.has(login)) return notFound();
  const role_name = visit.state.collaborators.get(login) ?? 'none';
  const coarse = { admin: 'admin', maintain: 'write', write: 'write', triage: 'read', read: 'read', none: 'none' };
  return ok({ permission: coarse[role_name], role_name, user: { ...user(visit, login), role_name } });
}
