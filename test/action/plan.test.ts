import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlan } from '../../src/commands/plan-file.ts';
import { account, rolesYaml } from '../support/remote.ts';
import { pullPayload, type Ran, type Scene, scene } from './support.ts';

const none = (yaml: string) => `${yaml}roles: []\n`;
const wants = (yaml: string, ...permissions: readonly string[]) =>
  yaml + rolesYaml([{ name: 'support', permissions, description: 'Helps' }]);

/** One Dintero target without roles on the default branch. */
function start(): Promise<Scene> {
  return scene(({ dintero }) => ({ 'roles/dintero.yaml': none(dintero) }));
}

function change(at: Scene, ...permissions: readonly string[]) {
  return { 'roles/dintero.yaml': wants(at.remote.dintero, ...permissions) };
}

function artifact({ outputs }: Ran, file: string): string {
  return readFileSync(join(outputs['artifact-path'] ?? '', file), 'utf8');
}

describe('a new pull request', () => {
  it('says first that it is planning, then shows the plan in the same comment', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    await at.plan(pull.number);
    const bodies = at.github.requests
      .filter(({ method, path }) => method !== 'GET' && path.includes('/comments'))
      .map(({ method, body }) => `${method} ${(body as { body: string }).body}`);
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toMatch(/^POST <!-- rolesync:plan -->\n### Planning `[0-9a-f]{10}`/);
    expect(bodies[1]).toMatch(/^PATCH <!-- rolesync:plan -->\n### Plan for `[0-9a-f]{10}`: 1 role changes/);
    expect(at.comments(pull.number)).toHaveLength(1);
  });

  it('names head, base, time, and the targets that were read', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    await at.plan(pull.number);
    const [comment = ''] = at.comments(pull.number);
    expect(comment).toContain(`Head \`${pull.head.sha}\`, merged into \`main\` at \`${at.tip()}\``);
    expect(comment).toMatch(
      /planned \d{4}-\d\d-\d\d \d\d:\d\d UTC by \[this run\]\(https:\/\/github\.com\/acme\/roles\/actions\/runs\/\d+\)/,
    );
    expect(comment).toContain('Targets read: `acme`.');
    expect(comment).toContain('`support`');
  });

  it('sets the status of the head, first pending, then what the plan came to', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    await at.plan(pull.number);
    expect(at.statuses(pull.head.sha)).toEqual(['pending: Reading the live roles', 'success: 1 role changes']);
  });

  it('leaves a plan that can be read back, and a file that names pull request, head, base and merge', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    const ran = await at.plan(pull.number);
    expect(ran.outputs['artifact-name']).toBe(`rolesync-plan-${pull.number}-${pull.head.sha}-${ran.runId}-1`);
    const plan = readPlan(join(ran.outputs['artifact-path'] ?? '', 'plan.json'), '/');
    expect(plan.targets).toMatchObject([
      { name: 'acme', tenant: account, changes: [{ action: 'create', role: 'support' }] },
    ]);
    expect(plan.base).toBe(at.tip());
    expect(JSON.parse(artifact(ran, 'about.json'))).toEqual({
      formatVersion: 2,
      repository: 'acme/roles',
      pull: pull.number,
      head: pull.head.sha,
      base: at.tip(),
      merge: expect.stringMatching(/^[0-9a-f]{40}$/),
      run: ran.runId,
      attempt: 1,
      at: expect.stringMatching(/Z$/),
      cut: false,
    });
  });

  it('gives counts, booleans and the digest as outputs, annotations, the whole plan in the log, and a summary', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    const { code, outputs, log, summary } = await at.plan(pull.number);
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ changed: 'true', create: '1', update: '0', delete: '0', errors: '0' });
    expect(outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(log).toContain('::notice file=roles/dintero.yaml,line=');
    expect(log).toContain('admin:shopping');
    expect(summary).toContain('1 role changes');
  });

  it('writes to no provider', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    await at.plan(pull.number);
    // The plan creates a role, so the end of the list is asked for once more.
    expect(at.remote.sent()).toEqual(['POST token', 'GET roles', 'GET roles']);
  });

  it('comments on nothing where the input says so, and still sets the status', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    await at.plan(pull.number, { inputs: { comment: 'false' } });
    expect(at.github.state.comments).toEqual([]);
    expect(at.statuses(pull.head.sha)).toHaveLength(2);
  });

  it('reads the role files of the merge, with what came onto the default branch since the branch began', async () => {
    const at = await start();
    const old = at.tip();
    at.pushMain({
      'roles/more.yaml': 'provider: dintero\ntargets: [acme]\nroles: [{name: other, permissions: [admin:shopping]}]\n',
    });
    const pull = at.open(change(at, 'admin:shopping'), { from: old });
    await at.plan(pull.number);
    const [comment = ''] = at.comments(pull.number);
    expect(comment).toContain('#### Drift:');
    expect(comment.split('#### Drift:')[1]).toContain('`other`');
    expect(comment.split('#### Drift:')[1]).not.toContain('`support`');
  });
});

describe('a push to a pull request', () => {
  it('replaces the comment, and gives the new head a status of its own', async () => {
    const at = await start();
    const first = at.open(change(at, 'admin:shopping')).head.sha;
    await at.plan(1);
    const second = at.push(1, change(at, 'admin:accounts')).head.sha;
    await at.plan(1);
    const comments = at.comments(1);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain('admin:accounts');
    expect(comments[0]).not.toContain('admin:shopping');
    expect(comments[0]).toContain(second);
    expect(at.statuses(first).at(-1)).toBe('success: 1 role changes');
    expect(at.statuses(second).at(-1)).toBe('success: 1 role changes, 1 gains power');
  });

  it('makes a late run of the older head leave the comment of the newer one alone', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    const older = pullPayload(at.github.state, 1);
    const head = pull.head.sha;
    at.push(1, change(at, 'admin:accounts'));
    await at.plan(1);
    const before = at.comments(1);
    at.github.forget();
    const late = await at.plan(1, { payload: older });
    expect(at.github.requests).toHaveLength(1);
    expect(late).toMatchObject({ code: 0, outputs: { superseded: 'true' } });
    expect(late.outputs['artifact-name']).toBeUndefined();
    expect(at.comments(1)).toEqual(before);
    expect(at.statuses(head)).toEqual([]);
  });

  it('makes a run that is overtaken while it reads end without a word in the comment, and its status say so', async () => {
    const moved: { by?: () => void } = {};
    const at = await scene(({ dintero }) => ({ 'roles/dintero.yaml': none(dintero) }), {
      before: ({ method, path }) => {
        if (method === 'GET' && path.endsWith('/pulls/1')) moved.by?.();
      },
    });
    const head = at.open(change(at, 'admin:shopping')).head.sha;
    moved.by = () => {
      if (at.comments(1).length > 0) at.github.pushTo(1, at.tip());
    };
    const ran = await at.plan(1);
    expect(ran).toMatchObject({ code: 0, outputs: { superseded: 'true' } });
    expect(at.comments(1)[0]).toContain('### Planning');
    expect(at.statuses(head).at(-1)).toBe('error: Superseded by another head');
  });
});

describe('a re-run', () => {
  it('of the plan of the same head plans again what is live now', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    const { runId } = await at.plan(1);
    const again = await at.plan(1, { runId });
    expect(again.code).toBe(0);
    expect(at.comments(1)).toHaveLength(1);
  });

  it('of the plan of a pull request that is merged plans nothing and contacts no provider', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    const payload = pullPayload(at.github.state, 1);
    const { runId } = await at.plan(1);
    at.merge(1);
    const before = at.comments(1);
    at.remote.sent();
    const again = await at.plan(1, { runId, payload });
    expect(again).toMatchObject({ code: 0, outputs: { superseded: 'true' } });
    expect(again.outputs['artifact-name']).toBeUndefined();
    expect(at.remote.sent()).toEqual([]);
    expect(at.comments(1)).toEqual(before);
  });
});

describe('a stranger', () => {
  it('from a fork gets its role files checked, and nothing else', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'), { fork: 'mallory' });
    at.github.removeEnvironment('roles-plan');
    const ran = await at.plan(1);
    expect(ran.code).toBe(0);
    expect(ran.log).toContain('only validated, because it comes from a fork');
    expect(at.remote.sent()).toEqual([]);
    expect(at.github.state.comments).toEqual([]);
    expect(at.github.state.statuses).toEqual([]);
    expect(ran.outputs['artifact-name']).toBeUndefined();
  });

  it('whose fork is gone is still one', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'), { fork: 'mallory' });
    pull.head.repo = null;
    await at.plan(1);
    expect(at.remote.sent()).toEqual([]);
    expect(at.github.state.comments).toEqual([]);
  });

  it('called Dependabot gets its role files checked, whoever pushed last', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'), { author: 'dependabot[bot]' });
    const ran = await at.plan(1, { actor: 'alice' });
    expect(ran.code).toBe(0);
    expect(at.remote.sent()).toEqual([]);
    expect(at.github.state.comments).toEqual([]);
  });
});

describe('a pull request that reaches for more', () => {
  it('by another baseUrl is not planned there: the foreign host gets no request', async () => {
    const at = await start();
    const foreign = at.remote.dintero.replace('127.0.0.1', 'localhost');
    at.open({ 'roles/dintero.yaml': wants(foreign, 'admin:shopping') });
    const ran = await at.plan(1);
    expect(at.remote.sent()).toEqual([]);
    const [comment = ''] = at.comments(1);
    expect(comment).toContain('new destination for credentials');
    expect(comment).toContain('not read: `acme`');
    expect(ran.outputs['errors']).toBe('1');
  });

  it('by giving a target the name of another, to get its entry of ROLESYNC_SECRETS, is not planned there', async () => {
    const open = (text: string) => none(text.replace(/^auth:\n(?: .*\n)+/m, ''));
    const other = (text: string) => text.replace('name: acme', 'name: bravo').replace('T11112222', 'T99998888');
    const at = await scene(({ dintero }) => ({ 'roles/a.yaml': open(dintero), 'roles/b.yaml': open(other(dintero)) }));
    const { DINTERO_CLIENT_ID: clientId, DINTERO_CLIENT_SECRET: clientSecret } = at.remote.environment;
    const entry = { clientId, clientSecret };
    const environment = { ROLESYNC_SECRETS: JSON.stringify({ acme: entry, bravo: entry }) };
    const swapped = open(other(at.remote.dintero)).replace('name: bravo', 'name: acme');
    at.open({ 'roles/a.yaml': swapped, 'roles/b.yaml': open(at.remote.dintero).replace('name: acme', 'name: bravo') });
    const ran = await at.plan(1, { environment });
    expect(at.remote.sent()).toEqual([]);
    const [comment = ''] = at.comments(1);
    expect(comment).toContain('new destination for credentials');
    expect(comment).toContain('not read: `acme`');
    expect(comment + ran.log).not.toContain(clientSecret);
    expect(ran.secrets).toEqual(expect.arrayContaining([clientId, clientSecret]));
  });

  it('by sending the secret of one target to the place of another is not planned there', async () => {
    const at = await scene(({ dintero, rinne }) => ({
      'roles/dintero.yaml': none(dintero),
      'roles/rinne.yaml': none(rinne),
    }));
    const stolen = at.remote.dintero.replaceAll('DINTERO_CLIENT_SECRET', 'DINTERO_OTHER_SECRET');
    at.open({ 'roles/dintero.yaml': none(stolen) });
    await at.plan(1, { environment: { DINTERO_OTHER_SECRET: 'a-secret-of-something-else' } });
    expect(at.comments(1)[0]).toContain('DINTERO_OTHER_SECRET');
    expect(at.comments(1)[0]).not.toContain('a-secret-of-something-else');
    expect(at.remote.requestsSince().every(({ path }) => !path.includes(account))).toBe(true);
  });

  it('by its own workflow, pin or CODEOWNERS changes nothing in its own plan', async () => {
    const at = await start();
    at.open({
      ...change(at, 'admin:shopping'),
      '.github/workflows/roles-plan.yml': 'on: pull_request_target\n',
      CODEOWNERS: '* @mallory\n',
      'package.json': '{"scripts":{"prepare":"false"}}\n',
    });
    const ran = await at.plan(1);
    expect(ran.code).toBe(0);
    expect(at.comments(1)[0]).toContain('1 role changes');
  });

  it('is refused a plan where its own commit is checked out', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    const ran = await at.plan(1, { sha: pull.head.sha });
    expect(ran.code).toBe(1);
    expect(ran.errors[0]).toContain('not on `main`');
    expect(at.remote.sent()).toEqual([]);
  });

  it('is refused a plan where the merge is onto another branch, whatever its base is called', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    at.origin.commit({ 'README.md': 'of the release\n' }, { branch: 'release', from: 'main' });
    at.origin.push('release');
    at.origin.pullRefs(1, 'change-1', 'release');
    const ran = await at.plan(1);
    expect(ran.code).toBe(1);
    expect(ran.errors[0]).toContain('not on the default branch');
    expect(at.remote.sent()).toEqual([]);
  });

  it('is not planned for a branch that is not the default one', async () => {
    const at = await start();
    const pull = at.open(change(at, 'admin:shopping'));
    pull.base.ref = 'release';
    const ran = await at.plan(1);
    expect(ran.code).toBe(0);
    expect(at.remote.sent()).toEqual([]);
    expect(at.github.state.comments).toEqual([]);
  });
});

describe('what goes wrong', () => {
  it('is said in comment and status where the branch conflicts', async () => {
    const at = await start();
    const old = at.tip();
    at.pushMain({ 'roles/dintero.yaml': wants(at.remote.dintero, 'admin:accounts') });
    const pull = at.open(change(at, 'admin:shopping'), { from: old });
    const ran = await at.plan(1);
    expect(ran.code).toBe(1);
    expect(at.comments(1)[0]).toMatch(/### No plan for `[0-9a-f]{10}`\n\n.*conflicts with `main`/s);
    expect(at.statuses(pull.head.sha).at(-1)).toMatch(/^failure: /);
    expect(at.remote.sent()).toEqual([]);
  });

  it('is said where GitHub has not made the merge of this head in time', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    const sha = at.origin.commit(change(at, 'admin:accounts'), { branch: 'change-1' });
    at.origin.push('change-1');
    at.github.pushTo(1, sha);
    const ran = await at.plan(1);
    expect(ran.errors[0]).toContain('GitHub has not created the merge commit of this head yet');
    expect(at.remote.sent()).toEqual([]);
  });

  it('is said where the provider fails: the comment does not show the plan of before', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    await at.plan(1);
    const head = at.push(1, change(at, 'admin:accounts')).head.sha;
    const ran = await at.plan(1, { environment: { DINTERO_CLIENT_SECRET: 'not-the-right-one' } });
    expect(ran.code).toBe(1);
    const [comment = ''] = at.comments(1);
    expect(comment).toContain('Not read');
    expect(comment).toContain(`### Plan for \`${head.slice(0, 10)}\`: Incomplete, 1 target could not be read\n`);
    expect(comment).not.toContain('admin:shopping');
    expect(at.statuses(head).at(-1)).toBe('failure: Incomplete, 1 target could not be read');
  });

  it('is said where the role files have mistakes, with their places', async () => {
    const at = await start();
    const head = at.open({ 'roles/dintero.yaml': `${at.remote.dintero}rolls: []\n` }).head.sha;
    const ran = await at.plan(1);
    expect(ran.code).toBe(1);
    expect(at.comments(1)[0]).toContain('- error `roles/dintero.yaml:9:1`');
    expect(ran.log).toContain('::error file=roles/dintero.yaml,line=9');
    expect(at.statuses(head).at(-1)).toBe('failure: No plan: see the comment or the run');
    expect(ran.outputs['artifact-name']).toBeUndefined();
    expect(at.remote.sent()).toEqual([]);
  });

  it('leaves the plan standing where only the notes on pending changes cannot be had', async () => {
    const at = await start();
    at.pushMain(change(at, 'admin:accounts'));
    at.open(change(at, 'admin:accounts', 'admin:shopping'));
    at.github.refuseNext({ times: 50, path: /\/artifacts/, status: 403, message: 'no' });
    const ran = await at.plan(1);
    expect(ran.code).toBe(0);
    expect(at.comments(1)[0]).toContain('### Plan for');
  });

  it('is an event that this mode is not for', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    const ran = await at.plan(1, { event: 'pull_request' });
    expect(ran.code).toBe(1);
    expect(ran.errors[0]).toContain('pull_request_target');
    expect(at.remote.sent()).toEqual([]);
  });
});

describe('a clone of the last commit alone', () => {
  it('is enough for a plan', async () => {
    const at = await start();
    const old = at.tip();
    at.pushMain({ 'README.md': 'newer\n' });
    at.open(change(at, 'admin:shopping'), { from: old });
    const workspace = join(at.origin.clone, '..', 'shallow');
    at.origin.git('clone', '--quiet', '--depth=1', `file://${at.origin.origin}`, workspace);
    const ran = await at.plan(1, { workspace });
    expect(ran).toMatchObject({ code: 0, errors: [] });
    expect(at.comments(1)[0]).toContain('1 role changes');
    expect(at.comments(1)[0]).not.toContain('Drift');
  });
});

describe('a plan while another pull request is merged and not applied', () => {
  it('says of the part of the other one that it is pending, and by which', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    await at.plan(1);
    at.merge(1);
    at.open({
      'roles/more.yaml': `provider: dintero\ntargets: [acme]\n${rolesYaml([{ name: 'other', permissions: ['admin:shopping'] }])}`,
    });
    await at.plan(2);
    const [comment = ''] = at.comments(2);
    expect(comment).toContain('– pending from #1');
    const [, block = ''] = comment.split('#### Pending among the drift above');
    expect(block).toContain('- `acme` · `support`: create, gains `admin:shopping` – pending from #1');
    expect(block).not.toContain('`other`');
  });
});

describe('secrets', () => {
  it('are hidden by the runner, those of the files and those obtained with them, before anything else is said', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    const ran = await at.plan(1);
    const { DINTERO_CLIENT_SECRET: secret = '', DINTERO_CLIENT_ID: id = '' } = at.remote.environment;
    expect(ran.secrets).toContain(secret);
    expect(ran.secrets).toContain(Buffer.from(`${id}:${secret}`).toString('base64'));
    const given = new Set(Object.values(at.remote.environment));
    const received = ran.secrets.filter((one) => !given.has(one) && !one.startsWith('ghs_'));
    // The Basic header that was made, and the token that the provider gave for it.
    expect(received).toHaveLength(2);
    const told = [
      ran.log,
      ran.summary,
      JSON.stringify(ran.outputs),
      artifact(ran, 'plan.json'),
      ...at.comments(1),
    ].join('\n');
    for (const hidden of ran.secrets) expect(told).not.toContain(hidden);
  });

  it('are hidden whatever the variable is called that the role files keep them in', async () => {
    const at = await scene(({ dintero }) => ({
      'roles/dintero.yaml': none(dintero.replace('DINTERO_CLIENT_SECRET', 'DINTERO_X')),
    }));
    at.open({ 'README.md': 'x\n' });
    const secret = at.remote.environment['DINTERO_CLIENT_SECRET'] ?? '';
    const ran = await at.plan(1, { environment: { DINTERO_X: secret, DINTERO_CLIENT_SECRET: null } });
    expect(ran.code).toBe(0);
    expect(ran.secrets).toContain(secret);
  });

  it('are not looked for in values too short to be one', async () => {
    const at = await start();
    at.open(change(at, 'admin:shopping'));
    const ran = await at.plan(1, { environment: { DINTERO_OTHER_TOKEN: '1' } });
    expect(ran.secrets).not.toContain('1');
  });
});
