/** Turns what the stand-in knows into the JSON that GitHub documents; the fields that only browsers use are left out. */
import type { Visit } from './route.ts';
import { type Account, accountOf, type Comment, type Commit, type Repo, timeOf, workflowBot } from './state.ts';

type From = Pick<Visit, 'state' | 'url'>;

/** Stands for https://github.com in what people click on. */
export const web = 'https://github.test';

export function base({ state, url }: From): string {
  return `${url}/repos/${state.repository.owner}/${state.repository.name}`;
}

export function page({ state }: From): string {
  return `${web}/${state.repository.owner}/${state.repository.name}`;
}

/** https://docs.github.com/en/rest/users/users (simple user) */
export function user(from: From, login: string | Account): object {
  const account = typeof login === 'string' ? accountOf(from.state, login) : login;
  return {
    login: account.login,
    id: account.id,
    node_id: `U_${account.id}`,
    url: `${from.url}/users/${encodeURIComponent(account.login)}`,
    html_url: `${web}/${account.type === 'Bot' ? `apps/${account.login.replace('[bot]', '')}` : account.login}`,
    type: account.type,
    site_admin: false,
  };
}

/** https://docs.github.com/en/rest/repos/repos#get-a-repository */
export function repository(from: From, repo: Repo = from.state.repository): object {
  const own = repo.id === from.state.repository.id;
  return {
    id: repo.id,
    node_id: `R_${repo.id}`,
    name: repo.name,
    full_name: `${repo.owner}/${repo.name}`,
    private: from.state.repository.private,
    owner: user(from, repo.owner),
    html_url: `${web}/${repo.owner}/${repo.name}`,
    fork: repo.fork,
    url: `${from.url}/repos/${repo.owner}/${repo.name}`,
    default_branch: own ? from.state.repository.default_branch : 'main',
    visibility: from.state.repository.private ? 'private' : 'public',
  };
}

/** https://docs.github.com/en/rest/commits/commits#get-a-commit */
export function commit(from: From, one: Commit): object {
  return {
    sha: one.sha,
    node_id: `C_${one.sha}`,
    url: `${base(from)}/commits/${one.sha}`,
    html_url: `${page(from)}/commit/${one.sha}`,
    commit: { message: one.message, author: one.author, committer: one.committer, comment_count: 0 },
    author: null,
    committer: null,
    parents: one.parents.map((sha) => ({ sha, url: `${base(from)}/commits/${sha}` })),
  };
}

/** https://docs.github.com/en/rest/issues/comments#get-an-issue-comment */
export function comment(from: From, one: Comment): object {
  const isPull = from.state.pulls.some(({ number }) => number === one.issue);
  return {
    id: one.id,
    node_id: `IC_${one.id}`,
    url: `${base(from)}/issues/comments/${one.id}`,
    html_url: `${page(from)}/${isPull ? 'pull' : 'issues'}/${one.issue}#issuecomment-${one.id}`,
    issue_url: `${base(from)}/issues/${one.issue}`,
    body: one.body,
    user: user(from, one.author),
    author_association: one.author.endsWith('[bot]') ? 'NONE' : 'CONTRIBUTOR',
    created_at: one.created_at,
    updated_at: one.updated_at,
    performed_via_github_app: app(from, one.author),
  };
}

/** The app that an author speaks for; null for a person. */
export function app(from: From, login: string): object | null {
  const { state } = from;
  if (accountOf(state, login).type !== 'Bot') return null;
  const slug = login.replace('[bot]', '');
  const id = login === workflowBot.login ? 15368 : accountOf(state, login).id;
  return { id, slug, node_id: `A_${id}`, name: slug, owner: user(from, state.repository.owner), created_at: timeOf(0) };
}
