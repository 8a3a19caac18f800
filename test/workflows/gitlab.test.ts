import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Ended, makeHome, repository, sandbox } from './example-stage.ts';
import { bot, type GitLab, gitlab, token } from './gitlab.ts';

const { home, path } = makeHome();

const noteFile = resolve('docs/examples/gitlab-note.mjs');
const notes = '/projects/4711/merge_requests/7/notes';
const marker = '<!-- rolesync: plan -->';
const withToken = { ROLESYNC_GITLAB_TOKEN: token };
const head = 'c0ffee0000000000000000000000000000000000';

type Variables = Readonly<Record<string, string>>;

/** Does not block: what it calls is served here. */
function run([program = '', ...argv]: readonly string[], cwd: string, variables: Variables): Promise<Ended> {
  const child = spawn(program, argv, { cwd, env: { PATH: path, HOME: home, ...variables } });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  return new Promise((done) => child.on('close', (code) => done({ code, out })));
}

/** Posts this Markdown; without it there is no plan. */
function post(stand: GitLab, markdown?: string, variables: Variables = withToken): Promise<Ended> {
  const cwd = mkdtempSync(join(home, 'note-'));
  if (markdown !== undefined) writeFileSync(join(cwd, 'plan.md'), markdown);
  return run([process.execPath, noteFile, 'plan.md'], cwd, { ...stand.variables, CI_COMMIT_SHA: head, ...variables });
}

function foreign(stand: GitLab, amount: number, body = 'LGTM'): void {
  for (let at = 0; at < amount; at += 1) {
    stand.notes.push({ id: at + 1, author: { id: 5 }, system: false, body });
  }
}

describe('docs/examples/gitlab-note.mjs', () => {
  it('writes a note the first time and renews it after that', async () => {
    const stand = await gitlab();
    const first = await post(stand, '### Plan: 1 to create\n');
    expect(first).toEqual({ code: 0, out: 'The plan is in note 1000 of merge request !7.\n' });
    expect(stand.requests()).toEqual(['GET /user', `GET ${notes}`, `POST ${notes}`]);
    expect(stand.notes.map(({ body }) => body)).toEqual([
      `${marker}\n### Plan: 1 to create\n\n---\n\nCommit ${head}, [this job](https://gitlab.example.com/acme/roles/-/jobs/1).\n`,
    ]);

    expect((await post(stand, '### Plan: nothing to do\n')).code).toBe(0);
    expect(stand.requests()).toEqual(['GET /user', `GET ${notes}`, `PUT ${notes}/1000`]);
    expect(stand.notes).toHaveLength(1);
    expect(stand.notes[0]?.body).toContain('### Plan: nothing to do');
    expect(stand.notes[0]?.body).not.toContain('1 to create');
  });

  it('finds its note on a later page', async () => {
    const stand = await gitlab();
    foreign(stand, 230);
    stand.notes.push({ id: 900, author: { id: bot }, system: false, body: `${marker}\nold` });
    expect((await post(stand, 'new')).code).toBe(0);
    expect(stand.requests()).toEqual(['GET /user', `GET ${notes}`, `GET ${notes}`, `GET ${notes}`, `PUT ${notes}/900`]);
  });

  it('leaves the notes of others alone, whatever stands in them, and other notes of its own', async () => {
    const stand = await gitlab();
    foreign(stand, 3, `${marker}\nforged`);
    stand.notes.push({ id: 900, author: { id: bot }, system: false, body: `as I said: ${marker}` });
    const before = structuredClone(stand.notes);
    expect((await post(stand, 'plan')).code).toBe(0);
    expect(stand.notes.slice(0, 4)).toEqual(before);
    expect(stand.requests().at(-1)).toBe(`POST ${notes}`);
  });

  it('replaces an older plan also where there is none now', async () => {
    const stand = await gitlab();
    await post(stand, 'old plan');
    expect((await post(stand)).code).toBe(0);
    expect(stand.notes[0]?.body).toContain('### No plan');
    expect(stand.notes[0]?.body).not.toContain('old plan');
  });

  it('gives no orders to GitLab', async () => {
    const stand = await gitlab();
    expect((await post(stand, '/merge\ntext\n  /approve\n')).code).toBe(0);
    expect(stand.notes[0]?.body).toContain('\\/merge\ntext\n  \\/approve\n');
  });

  it('cuts what is longer than a note at the end of a line, and says so first', async () => {
    const stand = await gitlab();
    expect((await post(stand, `${'a line of a long plan\n'.repeat(60_000)}`)).code).toBe(0);
    const body = stand.notes[0]?.body ?? '';
    expect(body.length).toBeGreaterThan(990_000);
    expect(body.length).toBeLessThanOrEqual(1_000_000);
    expect(body.split('\n')[1]).toContain('too long for a note');
    expect(body.endsWith('\na line of a long plan\n')).toBe(true);
  });

  it.each([
    [401, 'Is ROLESYNC_GITLAB_TOKEN right, and not expired?'],
    [403, 'needs the scope api and the role Reporter'],
    [404, 'must be a token of this project'],
    [500, 'answered 500: {"message":"no [31m way"}'],
  ])('tells an answer of %i, and is red', async (status, words) => {
    for (const method of ['GET', 'POST']) {
      const stand = await gitlab();
      stand.intercept = (request, response) => {
        if (request.method !== method) return false;
        response.writeHead(status).end('{"message":"no\u001b[31m\nway"}');
        return true;
      };
      const { code, out } = await post(stand, 'plan');
      expect(code).toBe(1);
      expect(out).toMatch(/^gitlab-note: .*\n$/);
      expect(out).toContain(`${method} ${method === 'GET' ? 'user' : notes.slice(1)} answered ${status}`);
      expect(out).toContain(words);
      expect(out).not.toContain(token);
      expect(stand.notes).toEqual([]);
    }
  });

  it('is red where the note that it renews is not to be edited', async () => {
    const stand = await gitlab();
    await post(stand, 'old');
    stand.intercept = (request, response) => {
      if (request.method !== 'PUT') return false;
      response.writeHead(404).end('{"message":"404 Not found"}');
      return true;
    };
    const { code, out } = await post(stand, 'new');
    expect(code).toBe(1);
    expect(out).toContain(`PUT ${notes.slice(1)}/1000 answered 404`);
    expect(stand.notes).toHaveLength(1);
  });

  it.each([
    ['a page to log in', '<html>', 'is not JSON'],
    ['something else than a list', '{"id":71}', 'no list of notes'],
  ])('is red where it gets %s', async (_, answer, words) => {
    const stand = await gitlab();
    stand.intercept = (_request, response) => {
      response.writeHead(200).end(answer);
      return true;
    };
    const { code, out } = await post(stand, 'plan');
    expect(code).toBe(1);
    expect(out).toContain(words);
  });

  it('takes its token nowhere else: a redirect is an error', async () => {
    const [stand, elsewhere] = [await gitlab(), await gitlab()];
    stand.intercept = (_request, response) => {
      response.writeHead(307, { location: `${elsewhere.variables['CI_API_V4_URL']}/user` }).end();
      return true;
    };
    const { code, out } = await post(stand, 'plan');
    expect(code).toBe(1);
    expect(out).toContain('redirect');
    expect(elsewhere.requests()).toEqual([]);
  });

  it.each([
    [{}, 'ROLESYNC_GITLAB_TOKEN is not set; docs/gitlab.md has the steps'],
    [{ ROLESYNC_GITLAB_TOKEN: `${token}\n` }, 'ROLESYNC_GITLAB_TOKEN holds a space or a line break'],
    [{ ...withToken, CI_MERGE_REQUEST_IID: '' }, 'CI_MERGE_REQUEST_IID is not set'],
  ])('asks nothing without what it needs: %j', async (variables, words) => {
    const stand = await gitlab();
    const { code, out } = await post(stand, 'plan', variables);
    expect(code).toBe(1);
    expect(out).toContain(words);
    expect(out).not.toContain(token);
    expect(stand.requests()).toEqual([]);
  });
});

describe('docs/examples/gitlab-ci.yml', () => {
  interface GitLabJob {
    readonly script: readonly string[];
    readonly environment: { readonly name: string };
    readonly rules: readonly { readonly if: string; readonly when?: string }[];
  }
  const pipeline = parse(readFileSync('docs/examples/gitlab-ci.yml', 'utf8')) as Readonly<Record<string, GitLabJob>>;

  function job(name: string): GitLabJob {
    const found = pipeline[name];
    if (found === undefined) throw new Error(`no job ${name}`);
    return found;
  }

  /** A job as a runner starts it: a shell that stops at the first line that fails. */
  function start(name: string, cwd: string, variables: Variables): Promise<Ended> {
    const sha = spawnSync('git', ['rev-parse', 'HEAD'], { cwd, encoding: 'utf8' }).stdout.trim();
    const script = job(name).script.join('\n');
    const ci = { CI_DEFAULT_BRANCH: 'main', CI_COMMIT_SHA: sha };
    return run(['bash', '-eo', 'pipefail', '-c', script], cwd, { ...variables, ...ci });
  }

  const withNote = () => repository({ '.gitlab/gitlab-note.mjs': readFileSync(noteFile, 'utf8') });

  it('reviews a merge request in one note, plans and applies the default branch, and finds drift', async () => {
    const { variables, writes } = await sandbox();
    const stand = await gitlab();
    const { checkout, git, push } = withNote();
    const reviewing = { ...variables, ...stand.variables, ...withToken };

    const request = checkout(git('rev-parse', 'support'));
    const review = await start('review', request, reviewing);
    expect(review.out).toContain('create receipt viewer');
    expect(review.code).toBe(0);
    expect((await start('review', request, reviewing)).code).toBe(0);
    expect(stand.notes).toHaveLength(1);
    expect(stand.notes[0]?.body).toContain('`receipt viewer`');

    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', 'support');
    const merged = checkout(push());
    expect((await start('drift', merged, variables)).code).toBe(2);
    expect((await start('plan', merged, variables)).code).toBe(0);
    expect(writes()).toBe(0);
    expect((await start('apply', merged, variables)).code).toBe(0);
    expect(writes()).toBe(4);
    expect((await start('drift', merged, variables)).code).toBe(0);
  });

  it('keeps hostile text of roles text', async () => {
    const { variables } = await sandbox();
    const stand = await gitlab();
    const { commit, checkout, push } = withNote();
    const file = readFileSync('roles/dintero.yaml', 'utf8');
    const hostile = '/merge';
    const description = '`@all` !1 <img src=x onerror=alert(1)> [x](https://evil.example) <!-- rolesync: plan --> |';
    const role = `\n  - name: ${JSON.stringify(hostile)}\n    description: ${JSON.stringify(`${description}\n/approve\n/merge`)}\n    permissions: [read:accounts]\n`;
    commit({ 'roles/dintero.yaml': file + role }, { branch: 'hostile' });
    const { code, out } = await start('review', checkout(push('hostile')), {
      ...variables,
      ...stand.variables,
      ...withToken,
    });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('create /merge') });
    const body = stand.notes[0]?.body ?? '';
    expect(body).toContain('`/merge`');
    expect(body.match(/^[ \t]*\//m)).toBe(null);
    const outside = body.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '').replace(marker, '');
    for (const text of ['@all', '!1', '<img', 'evil.example', '<!--']) expect(outside).not.toContain(text);
  });

  it('is red without a plan, and the note says that there is none', async () => {
    const stand = await gitlab();
    const { checkout, git, commit } = withNote();
    git('checkout', '--quiet', 'main');
    commit({ 'README.md': 'newer' });
    git('push', '--quiet', 'origin', 'main');
    const behind = await start('review', checkout(git('rev-parse', 'support')), { ...stand.variables, ...withToken });
    expect(behind.code).toBe(1);
    expect(behind.out).toContain('Rebase first');
    expect(stand.notes[0]?.body).toContain('### No plan');
    const { code } = await start('review', checkout(git('rev-parse', 'main')), { ...stand.variables, ...withToken });
    expect(code).toBe(1);
    expect(stand.notes).toHaveLength(1);
  });

  it('lets only the default branch near the identity that writes, and only when a person starts it', () => {
    const jobs = Object.entries(pipeline).filter(([, one]) => 'script' in one);
    expect(jobs.map(([name]) => name)).toEqual(['review', 'plan', 'apply', 'drift']);
    const writing = jobs.filter(([, one]) => one.environment.name !== 'roles-plan');
    expect(writing.map(([name]) => name)).toEqual(['apply']);
    expect(job('apply').rules).toEqual([
      { if: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', when: 'manual' },
    ]);
    expect(JSON.stringify(pipeline)).not.toContain('--yes');
  });
});
