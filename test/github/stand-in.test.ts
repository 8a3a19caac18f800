import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { forkOf, type GitHub, type GitHubOptions, startGitHub, workflowToken } from './github.ts';
import { createHosted } from './hosted.ts';
import type { Followed } from './origin.ts';
import { createOrigin, type Origin } from './repository.ts';

const at = { owner: 'acme', repo: 'roles' };
const planWorkflow = '.github/workflows/roles-plan.yml';
const all = workflowToken({
  ...{ actions: 'read', contents: 'read', issues: 'write', pull_requests: 'write', statuses: 'write' },
});
const Client = Octokit.plugin(paginateRest, restEndpointMethods);
const open: { readonly close?: () => Promise<void>; readonly remove?: () => void }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) {
    await one.close?.();
    one.remove?.();
  }
});

async function start(options: GitHubOptions = {}): Promise<GitHub> {
  const github = await startGitHub({ tokens: { t: all }, ...options });
  open.push(github);
  return github;
}

function client(github: GitHub, auth = 't') {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  return new Client({ auth, baseUrl: github.url, log: quiet });
}

async function get(github: GitHub, path: string, headers: Record<string, string> = { authorization: 'Bearer t' }) {
  const response = await fetch(`${github.url}${path}`, { headers, redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

async function opened(options?: GitHubOptions): Promise<GitHub> {
  const github = await start(options);
  github.push('main', 'm0');
  github.openPull({ number: 7, head: { sha: 'a1', ref: 'change' }, author: 'ann' });
  return github;
}

const numbers = (list: readonly { readonly number: number }[]) => list.map(({ number }) => number);

describe('who may', () => {
  it('refuses a request without a token, and a token nobody gave out', async () => {
    const github = await opened();
    expect(await get(github, '/repos/acme/roles', {})).toMatchObject({ status: 401 });
    const wrong = await get(github, '/repos/acme/roles', { authorization: 'token other' });
    expect(wrong).toMatchObject({ status: 401, body: { message: 'Bad credentials' } });
    expect(github.requests.map(({ status, token }) => [status, token])).toEqual([
      [401, undefined],
      [401, 'other'],
    ]);
  });

  it('takes Bearer and token, and the name of the repository in any case', async () => {
    const github = await opened();
    for (const authorization of ['Bearer t', 'token t']) {
      expect(await get(github, '/repos/ACME/Roles', { authorization })).toMatchObject({
        status: 200,
        body: { id: 4711 },
      });
    }
  });

  it.each([
    ['pull_requests', 'GET', '/pulls/7'],
    ['pull_requests', 'GET', '/commits/a1/pulls'],
    ['contents', 'GET', '/compare/main...change'],
    ['contents', 'GET', '/git/ref/heads/main'],
    ['actions', 'GET', '/actions/artifacts'],
    ['actions', 'GET', '/environments'],
    ['statuses', 'GET', '/commits/a1/statuses'],
  ] as const)('wants %s: read for %s %s', async (permission, _method, path) => {
    const { [permission]: _, ...others } = all.permissions;
    const github = await opened({ tokens: { t: all, less: workflowToken(others) } });
    expect(await get(github, `/repos/acme/roles${path}`)).toMatchObject({ status: 200 });
    const less = await get(github, `/repos/acme/roles${path}`, { authorization: 'Bearer less' });
    expect(less).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } });
  });

  it('does not let a token that reads write', async () => {
    const github = await opened({
      tokens: { t: workflowToken({ pull_requests: 'read', statuses: 'read', issues: 'read' }) },
    });
    const { rest } = client(github);
    await expect(rest.issues.createComment({ ...at, issue_number: 7, body: 'x' })).rejects.toMatchObject({
      status: 403,
    });
    await expect(rest.issues.create({ ...at, title: 'x' })).rejects.toMatchObject({ status: 403 });
    const status = { ...at, sha: 'a1', state: 'success' } as const;
    await expect(rest.repos.createCommitStatus(status)).rejects.toMatchObject({ status: 403 });
    expect([github.state.comments, github.state.issues, github.state.statuses]).toEqual([[], [], []]);
  });

  it('lets everybody read a public repository, but no archive of an artifact', async () => {
    const github = await opened({ private: false, tokens: { t: workflowToken({}) } });
    const run = { event: 'push', path: planWorkflow, head_sha: 'm0' };
    const { id } = github.addArtifact({ name: 'x', run, files: {} });
    expect(await get(github, '/repos/acme/roles/actions/artifacts')).toMatchObject({ status: 200 });
    expect(await get(github, `/repos/acme/roles/actions/artifacts/${id}/zip`)).toMatchObject({ status: 403 });
  });

  it('does not know the user of a workflow, other repositories, or other paths', async () => {
    const github = await opened();
    expect(await get(github, '/user')).toMatchObject({ status: 403 });
    expect(await get(github, '/repos/acme/other')).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    expect(await get(github, '/repos/acme/roles/nothing')).toMatchObject({ status: 404 });
  });

  it('takes the versions of the API that there are, and no other', async () => {
    const github = await opened();
    const asked = async (version: string) =>
      (await get(github, '/repos/acme/roles', { authorization: 'Bearer t', 'x-github-api-version': version })).status;
    expect([await asked('2022-11-28'), await asked('2020-01-01')]).toEqual([200, 400]);
  });
});

describe('pages', () => {
  it('links to the next page by the id of the repository, and never gives more than 100', async () => {
    const github = await opened();
    for (let n = 0; n < 230; n += 1) github.addComment({ issue: 7, author: 'ann', body: `${n}` });
    const path = '/repos/acme/roles/issues/7/comments';
    const first = await get(github, `${path}?per_page=500`);
    expect(first.body).toHaveLength(100);
    const last = `<${github.url}/repositories/4711/issues/7/comments?per_page=500&page=3>; rel="last"`;
    expect(first.headers.get('link')).toContain(last);
    expect((await get(github, path)).body).toHaveLength(30);
    github.forget();
    const comments = await client(github).paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...at,
      issue_number: 7,
      per_page: 100,
    });
    expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 230 }, (_, n) => `${n}`));
    expect(github.requests).toHaveLength(3);
  });

  it('counts everything where a list is wrapped', async () => {
    const github = await opened();
    for (let n = 0; n < 3; n += 1) github.setEnvironment(`e${n}`, { branches: 'all' });
    const { body } = await get(github, '/repos/acme/roles/environments?per_page=2&page=2');
    expect(body).toMatchObject({ total_count: 3, environments: [{ name: 'e2' }] });
  });
});

describe('comments', () => {
  it('takes 65,536 characters and not one more, on creation and on change', async () => {
    const github = await opened();
    const { rest } = client(github);
    const { data } = await rest.issues.createComment({ ...at, issue_number: 7, body: 'x'.repeat(65_536) });
    const longer = 'x'.repeat(65_537);
    await expect(rest.issues.createComment({ ...at, issue_number: 7, body: longer })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('Body is too long (maximum is 65536 characters)'),
    });
    await expect(rest.issues.updateComment({ ...at, comment_id: data.id, body: longer })).rejects.toMatchObject({
      status: 422,
    });
    await expect(rest.issues.createComment({ ...at, issue_number: 7, body: ' ' })).rejects.toMatchObject({
      status: 422,
    });
    expect(github.state.comments.map(({ body }) => body.length)).toEqual([65_536]);
  });

  it('tells the comment of the workflow from that of a person who writes the same', async () => {
    const github = await opened();
    const { rest } = client(github);
    github.addComment({ issue: 7, author: 'mallory', body: '<!-- marker -->' });
    await rest.issues.createComment({ ...at, issue_number: 7, body: '<!-- marker -->' });
    const { data } = await rest.issues.listComments({ ...at, issue_number: 7 });
    expect(
      data.map(({ user, performed_via_github_app }) => [user?.login, user?.type, performed_via_github_app?.slug]),
    ).toEqual([
      ['mallory', 'User', undefined],
      ['github-actions[bot]', 'Bot', 'github-actions'],
    ]);
    expect(data[1]?.user?.id).toBe(41898282);
  });

  it('changes and deletes a comment, and has none on what is not there', async () => {
    const github = await opened();
    const { rest } = client(github);
    const { data } = await rest.issues.createComment({ ...at, issue_number: 7, body: 'one' });
    const changed = await rest.issues.updateComment({ ...at, comment_id: data.id, body: 'two' });
    expect(changed.data).toMatchObject({ id: data.id, body: 'two' });
    expect(Date.parse(changed.data.updated_at)).toBeGreaterThan(Date.parse(data.updated_at));
    expect(await rest.issues.deleteComment({ ...at, comment_id: data.id })).toMatchObject({ status: 204 });
    await expect(rest.issues.getComment({ ...at, comment_id: data.id })).rejects.toMatchObject({ status: 404 });
    await expect(rest.issues.listComments({ ...at, issue_number: 99 })).rejects.toMatchObject({ status: 404 });
  });
});

describe('issues and statuses', () => {
  it('finds an issue by label, creator and state, and closes it', async () => {
    const github = await opened();
    const { rest } = client(github);
    github.addIssue({ author: 'mallory', title: 'drift', labels: ['drift'] });
    const { data } = await rest.issues.create({ ...at, title: 'drift', body: 'now', labels: ['drift'] });
    const mine = { ...at, labels: 'drift', creator: 'github-actions[bot]' };
    expect(numbers((await rest.issues.listForRepo(mine)).data)).toEqual([data.number]);
    const closed = await rest.issues.update({
      ...at,
      issue_number: data.number,
      state: 'closed',
      state_reason: 'completed',
    });
    expect(closed.data).toMatchObject({ state: 'closed', state_reason: 'completed' });
    expect((await rest.issues.listForRepo(mine)).data).toEqual([]);
    expect(numbers((await rest.issues.listForRepo({ ...mine, state: 'all' })).data)).toEqual([data.number]);
  });

  it('lists pull requests among the issues, marked as such', async () => {
    const github = await opened();
    const { data } = await client(github).rest.issues.listForRepo(at);
    expect(data.map(({ number, pull_request }) => [number, pull_request !== undefined])).toEqual([[7, true]]);
  });

  it('keeps statuses newest first, and refuses long descriptions, unknown states and unknown commits', async () => {
    const github = await opened();
    const { rest } = client(github);
    const send = (more: object) =>
      rest.repos.createCommitStatus({ ...at, sha: 'a1', context: 'rolesync/plan', state: 'pending', ...more });
    await send({ description: 'x'.repeat(140) });
    await send({ state: 'success' });
    for (const wrong of [
      { description: 'x'.repeat(141) },
      { state: 'neutral' },
      { sha: 'nobody' },
      { target_url: 'ftp://x' },
    ]) {
      await expect(send(wrong)).rejects.toMatchObject({ status: 422 });
    }
    const { data } = await rest.repos.listCommitStatusesForRef({ ...at, ref: 'a1' });
    expect(data.map(({ state }) => state)).toEqual(['success', 'pending']);
  });
});

describe('runs and artifacts', () => {
  const run = { id: 90, event: 'pull_request_target', path: planWorkflow, head_sha: 'm0', pull_requests: [7] };

  it('sends to another origin for the archive, which refuses the token', async () => {
    const github = await opened();
    const { id } = github.addArtifact({ name: 'plan', run, files: { 'plan.json': '{"a":1}' } });
    const redirect = await get(github, `/repos/acme/roles/actions/artifacts/${id}/zip`);
    const location = redirect.headers.get('location') ?? '';
    expect([redirect.status, new URL(location).origin === github.url]).toEqual([302, false]);
    expect((await fetch(location, { headers: { authorization: 'Bearer t' } })).status).toBe(400);
    expect((await fetch(location.replace('stand-in', 'guessed'))).status).toBe(404);
    const bytes = new Uint8Array(await (await fetch(location)).arrayBuffer());
    expect(strFromU8(unzipSync(bytes)['plan.json'] ?? new Uint8Array())).toBe('{"a":1}');
  });

  it('is followed by an ordinary client, which leaves its token behind', async () => {
    const github = await opened();
    const { id } = github.addArtifact({ name: 'plan', run, files: { a: 'b' } });
    const { data } = await client(github).rest.actions.downloadArtifact({
      ...at,
      artifact_id: id,
      archive_format: 'zip',
    });
    expect(Object.keys(unzipSync(new Uint8Array(data as ArrayBuffer)))).toEqual(['a']);
    expect(github.requests.map(({ status, token }) => [status, token])).toEqual([
      [302, 't'],
      [200, undefined],
    ]);
  });

  it('answers 410 for what has expired, and lists it as such', async () => {
    const github = await opened();
    const { id } = github.addArtifact({ name: 'plan', run, files: {}, expired: true });
    expect(await get(github, `/repos/acme/roles/actions/artifacts/${id}/zip`)).toMatchObject({ status: 410 });
    const { body } = await get(github, '/repos/acme/roles/actions/artifacts?name=plan');
    expect(body).toMatchObject({
      total_count: 1,
      artifacts: [{ expired: true, workflow_run: { id: 90, head_sha: 'm0' } }],
    });
  });

  it('finds artifacts by their exact name, newest first, and by their run', async () => {
    const github = await opened();
    const forged = { ...run, id: 91, event: 'pull_request', path: '.github/workflows/evil.yml' };
    const [one, two] = [run, forged].map((of) => github.addArtifact({ name: 'plan', run: of, files: {} }).id);
    github.addArtifact({ name: 'plan-2', run, files: {} });
    const { rest } = client(github);
    const byName = await rest.actions.listArtifactsForRepo({ ...at, name: 'plan' });
    expect(byName.data.artifacts.map(({ id }) => id)).toEqual([two, one]);
    const byRun = await rest.actions.listWorkflowRunArtifacts({ ...at, run_id: 90 });
    expect(byRun.data.artifacts.map(({ name }) => name)).toEqual(['plan-2', 'plan']);
  });

  it('shows the pull requests of a run only while they are open and of this repository', async () => {
    const github = await opened();
    github.openPull({
      number: 8,
      head: { sha: 'f1', ref: 'change', repo: forkOf(github.state, 'eve') },
      author: 'eve',
    });
    github.addRun({ ...run, pull_requests: [7, 8] });
    const shown = async () => (await get(github, '/repos/acme/roles/actions/runs/90')).body.pull_requests;
    expect(numbers(await shown())).toEqual([7]);
    github.merge(7, { how: 'squash', sha: 'm1' });
    expect(await shown()).toEqual([]);
  });

  it('filters the runs of a workflow by event, branch, status and time', async () => {
    const github = await opened();
    github.addRun({ ...run, created_at: '2026-02-01T00:00:00Z' });
    github.addRun({ event: 'push', path: planWorkflow, head_sha: 'm0', conclusion: 'failure' });
    github.addRun({ event: 'push', path: '.github/workflows/other.yml', head_sha: 'm0' });
    const runs = async (query: string) =>
      (await get(github, `/repos/acme/roles/actions/workflows/roles-plan.yml/runs?${query}`)).body.total_count;
    expect(
      await Promise.all(['', 'event=push', 'branch=x', 'status=failure', 'created=>=2026-01-31'].map(runs)),
    ).toEqual([...[2, 1, 0, 1, 1]]);
    expect(await get(github, '/repos/acme/roles/actions/workflows/none.yml/runs')).toMatchObject({ status: 404 });
  });
});

describe('environments', () => {
  it.each([
    ['default-only', { protected_branches: false, custom_branch_policies: true }, ['main']],
    ['all', null, []],
    ['protected', { protected_branches: true, custom_branch_policies: false }, []],
    [['main', 'release/*'], { protected_branches: false, custom_branch_policies: true }, ['main', 'release/*']],
  ] as const)('with branches %s', async (branches, policy, names) => {
    const github = await opened();
    github.setEnvironment('roles plan/1', { branches, reviewers: ['ann'] });
    const { rest } = client(github);
    const { data } = await rest.repos.getEnvironment({ ...at, environment_name: 'roles plan/1' });
    expect(data.deployment_branch_policy).toEqual(policy);
    const rules = data.protection_rules?.map(({ type }) => type);
    expect(rules).toEqual(policy === null ? ['required_reviewers'] : ['required_reviewers', 'branch_policy']);
    const policies = await rest.repos.listDeploymentBranchPolicies({ ...at, environment_name: 'roles plan/1' });
    expect(policies.data.branch_policies.map(({ name }) => name)).toEqual(names);
  });

  it('knows none that nobody made', async () => {
    const github = await opened();
    expect(await get(github, '/repos/acme/roles/environments/roles-plan')).toMatchObject({ status: 404 });
    github.setEnvironment('roles-plan', { branches: 'all' });
    github.removeEnvironment('roles-plan');
    expect(await get(github, '/repos/acme/roles/environments/roles-plan')).toMatchObject({ status: 404 });
  });
});

describe('limits and faults', () => {
  it.each([403, 429] as const)(
    'limits the next request with %i and how long to wait, and changes nothing',
    async (status) => {
      const github = await opened();
      github.limitNext({ method: 'POST', status, after: 7 });
      const { rest } = client(github);
      const send = () => rest.issues.createComment({ ...at, issue_number: 7, body: 'x' });
      await expect(send()).rejects.toMatchObject({ status, response: { headers: { 'retry-after': '7' } } });
      expect(github.state.comments).toEqual([]);
      expect(await send()).toMatchObject({ status: 201 });
    },
  );

  it('refuses as often as it was told, and where it was told', async () => {
    const github = await opened();
    github.refuseNext({ status: 502, times: 2, path: /\/pulls\/7$/ });
    const asked = async (path: string) => (await get(github, `/repos/acme/roles${path}`)).status;
    expect([await asked('/pulls/7'), await asked(''), await asked('/pulls/7'), await asked('/pulls/7')]).toEqual([
      ...[502, 200, 502, 200],
    ]);
  });

  it('lets the world move on between two requests', async () => {
    const github: GitHub = await opened({
      before: ({ path }) => {
        if (path.endsWith('/pulls/7')) github.pushTo(7, 'a2');
      },
    });
    const { data } = await client(github).rest.pulls.get({ ...at, pull_number: 7 });
    expect(data.head.sha).toBe('a2');
  });
});

describe('pull requests and their commits', () => {
  const pullsOf = async (github: GitHub, commit_sha: string) =>
    numbers((await client(github).rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha })).data);

  it('shows a pull request that is open, pushed to, and merged', async () => {
    const github = await opened();
    const { rest } = client(github);
    github.pushTo(7, 'a2');
    const before = (await rest.pulls.get({ ...at, pull_number: 7 })).data;
    expect(before).toMatchObject({
      merged: false,
      commits: 2,
      head: { sha: 'a2', repo: { id: 4711 } },
      user: { login: 'ann' },
    });
    github.merge(7, { how: 'squash', sha: 'm1', at: '2026-03-01T00:00:00Z', by: 'bob' });
    const after = (await rest.pulls.get({ ...at, pull_number: 7 })).data;
    expect(after).toMatchObject({
      ...{ state: 'closed', merged: true, merged_at: '2026-03-01T00:00:00Z', merge_commit_sha: 'm1' },
      ...{ merged_by: { login: 'bob' }, head: { sha: 'a2' }, commits: 2 },
    });
    expect((await rest.repos.getBranch({ ...at, branch: 'main' })).data.commit.sha).toBe('m1');
    expect(numbers((await rest.pulls.list({ ...at })).data)).toEqual([]);
    expect(numbers((await rest.pulls.list({ ...at, state: 'closed', base: 'main' })).data)).toEqual([7]);
  });

  it('keeps reviews at the commit that was reviewed', async () => {
    const github = await opened();
    github.review({ pull: 7, author: 'bob', state: 'APPROVED' });
    github.pushTo(7, 'a2');
    const { data } = await client(github).rest.pulls.listReviews({ ...at, pull_number: 7 });
    expect(data).toMatchObject([{ state: 'APPROVED', commit_id: 'a1', user: { login: 'bob' } }]);
  });

  it('knows a pull request of a fork that is gone', async () => {
    const github = await opened();
    github.openPull({ number: 8, head: { sha: 'f1', ref: 'x', repo: null } });
    const { data } = await client(github).rest.pulls.get({ ...at, pull_number: 8 });
    expect(data.head.repo).toBeNull();
  });

  it('has no pull request for a direct push, and refuses a commit that is not there', async () => {
    const github = await opened();
    github.push('main', 'd1');
    expect(await pullsOf(github, 'd1')).toEqual([]);
    await expect(pullsOf(github, 'nobody')).rejects.toMatchObject({ status: 422 });
  });

  it.each([
    ['merge', ['a1', 'm1']],
    ['squash', ['m1']],
    ['rebase', ['r1', 'm1']],
  ] as const)('finds the pull request by each commit that a %s put on the branch', async (how, landed) => {
    const github = await opened();
    github.pushTo(7, 'a2');
    github.openPull({ number: 8, head: { sha: 'b1', ref: 'other' } });
    github.merge(7, { how, sha: 'm1', ...(how === 'rebase' ? { commits: ['r1', 'm1'] } : {}) });
    github.merge(8, { how: 'squash', sha: 'm2' });
    for (const sha of landed) expect(await pullsOf(github, sha)).toEqual([7]);
    expect(await pullsOf(github, 'a2')).toEqual([7]);
    expect(await pullsOf(github, 'm2')).toEqual([8]);
    expect(await pullsOf(github, 'm0')).toEqual([]);
  });
});

describe('compare', () => {
  it('lists what the head has and the base has not, oldest first, and where they part', async () => {
    const github = await opened();
    github.pushTo(7, 'a2');
    github.push('main', 'm1');
    const { data } = await client(github).rest.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...change' });
    expect(data).toMatchObject({ status: 'diverged', ahead_by: 2, behind_by: 1, merge_base_commit: { sha: 'm0' } });
    expect(data.commits.map(({ sha }) => sha)).toEqual(['a1', 'a2']);
    expect(await get(github, '/repos/acme/roles/compare/m0...m1')).toMatchObject({ body: { status: 'ahead' } });
    expect(await get(github, '/repos/acme/roles/compare/m1...m0')).toMatchObject({ body: { status: 'behind' } });
    expect(await get(github, '/repos/acme/roles/compare/m1...m1')).toMatchObject({ body: { status: 'identical' } });
    expect(await get(github, '/repos/acme/roles/compare/m1...nobody')).toMatchObject({ status: 404 });
  });

  it('gives the newest 250 without paging, and all of them page by page', async () => {
    const github = await opened();
    for (let n = 1; n <= 260; n += 1) github.push('main', `c${n}`);
    const whole = await get(github, '/repos/acme/roles/compare/m0...main');
    expect(whole.body).toMatchObject({ total_commits: 260, ahead_by: 260 });
    expect([whole.body.commits.length, whole.body.commits[0].sha, whole.body.commits[249].sha]).toEqual([
      250,
      'c11',
      'c260',
    ]);
    const request = { ...at, basehead: 'm0...main', per_page: 100 };
    const pages = await client(github).paginate(
      'GET /repos/{owner}/{repo}/compare/{basehead}',
      request,
      ({ data }) => data.commits,
    );
    expect(pages.map(({ sha }) => sha)).toEqual(Array.from({ length: 260 }, (_, n) => `c${n + 1}`));
  });
});

describe.each([
  ['that git wrote', createOrigin],
  ['that was written as git does', createHosted],
] as const)('with a real repository behind it, %s', (_how, create: () => Origin & Partial<Followed>) => {
  const started = async () => {
    const git = create();
    open.push(git);
    const base = git.commit({ 'roles/a.yaml': 'a: 1\n' }, { message: 'first' });
    git.push();
    const first = git.commit({ 'roles/a.yaml': 'a: 2\n' }, { branch: 'change', message: 'one', author: 'Ann' });
    const head = git.commit({ 'roles/b.yaml': 'b: 1\n' }, { branch: 'change', message: 'two', author: 'Ann' });
    git.push('change');
    const refs = git.pullRefs(7, 'change');
    const github = await start({
      origin: git.refs && git.commits ? { refs: git.refs, commits: git.commits } : git.origin,
    });
    github.openPull({ number: 7, head: { sha: head, ref: 'change' }, author: 'ann' });
    return { git, github, base, first, head, refs };
  };

  it('reads its commits and branches from there, and the merge result of a pull request', async () => {
    const { git, github, base, first, head, refs } = await started();
    const { rest } = client(github);
    const { data } = await rest.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...change' });
    expect(data.commits.map(({ sha, commit }) => [sha, commit.message, commit.author?.name])).toEqual([
      [first, 'one', 'Ann'],
      [head, 'two', 'Ann'],
    ]);
    const pull = (await rest.pulls.get({ ...at, pull_number: 7 })).data;
    expect(pull).toMatchObject({ base: { sha: base }, merge_commit_sha: refs.merge, commits: 2 });
    expect(git.git('ls-remote', git.origin, 'refs/pull/*')).toBe(
      `${refs.head}\trefs/pull/7/head\n${refs.merge}\trefs/pull/7/merge`,
    );
    const merged = git.git('rev-parse', `${refs.merge}^1`, `${refs.merge}^2`).split('\n');
    expect(merged).toEqual([base, head]);
  });

  it.each([
    ['merge', 3, 2],
    ['squash', 1, 1],
    ['rebase', 2, 1],
  ] as const)('merges by %s as the button does', async (how, landed, parents) => {
    const { git, github, base, head } = await started();
    const direct = git.commit({ 'other.txt': 'x\n' }, { branch: 'main' });
    git.push();
    const { sha, commits } = git.merge('change', { how, number: 7 });
    github.merge(7, { how, sha });
    const { rest } = client(github);
    const compared = await rest.repos.compareCommitsWithBasehead({ ...at, basehead: `${base}...main` });
    expect(compared.data.commits.map((one) => one.sha).sort()).toEqual([direct, ...commits].sort());
    expect(commits).toHaveLength(landed);
    expect(compared.data.commits.at(-1)?.parents).toHaveLength(parents);
    const pullsOf = async (commit_sha: string) =>
      numbers((await rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha })).data);
    for (const one of commits) expect(await pullsOf(one)).toEqual([7]);
    expect([await pullsOf(direct), await pullsOf(head)]).toEqual([[], [7]]);
    expect(git.git('show', `${sha}:roles/b.yaml`)).toBe('b: 1');
    expect((await rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha).toBe(sha);
  });

  it('tells two pull requests of one push apart, the later one told of first', async () => {
    const { git, github, base } = await started();
    const other = git.commit({ 'roles/c.yaml': 'c: 1\n' }, { branch: 'other', from: base });
    git.push('other');
    github.openPull({ number: 8, head: { sha: other, ref: 'other' } });
    const one = git.merge('change', { how: 'squash', number: 7 });
    const two = git.merge('other', { how: 'merge', number: 8 });
    github.merge(8, { how: 'merge', sha: two.sha });
    github.merge(7, { how: 'squash', sha: one.sha });
    const { rest } = client(github);
    const pullsOf = async (commit_sha: string) =>
      numbers((await rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha })).data);
    const found = await Promise.all([...one.commits, ...two.commits].map(pullsOf));
    expect(found).toEqual([[7], [8], [8]]);
    expect((await rest.repos.getBranch({ ...at, branch: 'main' })).data.commit.sha).toBe(two.sha);
  });

  it('has no merge result where the two sides conflict', async () => {
    const { git, github } = await started();
    git.commit({ 'roles/a.yaml': 'a: 3\n' }, { branch: 'main' });
    git.push();
    expect(git.pullRefs(7, 'change').merge).toBeNull();
    const { data } = await client(github).rest.pulls.get({ ...at, pull_number: 7 });
    expect(data).toMatchObject({ merge_commit_sha: null, mergeable: false });
  });

  it('gives the same ids for the same story, and a checkout of any commit', async () => {
    const [one, other] = [await started(), await started()];
    expect(one.head).toBe(other.head);
    expect(one.git.clone).not.toBe(other.git.clone);
    const folder = one.git.checkout(one.first);
    expect(one.git.git('-C', folder, 'rev-parse', 'HEAD')).toBe(one.first);
    expect(one.git.git(`--git-dir=${one.git.origin}`, 'fsck', '--strict', '--no-dangling')).toBe('');
  });
});
