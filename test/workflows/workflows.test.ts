import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { wouldRun } from './parser.ts';
import { events, faults, type Job, jobs, placeholder, steps, type Workflow } from './rules.ts';

const published = filesIn('docs/workflows');
const files = [...published, ...filesIn('.github/workflows')];

function filesIn(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

function workflow(name: string): Workflow {
  return parse(readFileSync(`docs/workflows/${name}.yml`, 'utf8')) as Workflow;
}

function job(of: Workflow, name: string): Job {
  const found = of.jobs[name];
  if (found === undefined) throw new Error(`no job ${name}`);
  return found;
}

describe('every workflow file', () => {
  it.each(files)('$path is one that GitHub takes, and keeps to the rules', ({ path, text }) => {
    expect(faults(path, text)).toEqual([]);
  });

  it.each(published)('$path gives nothing by default and each job what it needs', ({ text }) => {
    const parsed = parse(text) as Workflow;
    expect(parsed.permissions).toEqual({});
    expect(jobs(parsed).filter(({ job }) => job.permissions === undefined)).toEqual([]);
    const given = jobs(parsed).flatMap(({ job }) => Object.entries(job.permissions ?? {}));
    const writable = given.filter(([, level]) => level === 'write').map(([name]) => name);
    expect(writable.filter((name) => !['issues', 'pull-requests', 'statuses'].includes(name))).toEqual([]);
  });

  it.each(published)('$path lets no secret into a job that runs anything but our action beside it', ({ text }) => {
    const holders = steps(parse(text) as Workflow).filter(({ step }) => JSON.stringify(step).includes('secrets.'));
    expect(holders.map(({ step }) => step.uses).filter((uses) => uses !== placeholder)).toEqual([]);
  });

  it.each(published)('$path has no filter on paths, which would leave the required check waiting', ({ text }) => {
    const triggers = Object.values((parse(text) as Workflow).on ?? {});
    const filters = triggers.flatMap((trigger) => Object.keys(trigger ?? {}));
    expect(filters.filter((key) => key.startsWith('paths'))).toEqual([]);
  });
});

describe('the rules', () => {
  const sound = `on: push
permissions: {}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: e
    concurrency: { group: g, queue: max, cancel-in-progress: false }
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: ${placeholder}
        env:
          TOKEN: \${{ secrets.TOKEN }}
      - env:
          REF: \${{ github.ref }}
        run: echo "$REF"
`;

  it('find nothing in a sound file', () => {
    expect(faults('sound.yml', sound)).toEqual([]);
  });

  it.each([
    ['a wrong `queue`', 'queue: max', 'queue: most', /Unexpected value 'most'/],
    ['an unknown permission', 'contents: read', 'content: read', /Unexpected value 'content'/],
    ['a misspelt key', 'timeout-minutes', 'timeout-minute', /Unexpected value 'timeout-minute'/],
    ['an unknown context', 'github.ref }}', 'gihub.ref }}', /Unrecognized named-value: 'gihub'/],
    ['a tag as a pin', /@de0f\w+ # v6.0.2/, '@v6.0.2', /not pinned/],
    ['a short commit id as a pin', /@de0f\w+ #/, '@de0fac2 #', /not pinned/],
    ['another placeholder', 'OWNER/', 'OWNERS/', /no comment with its version/],
    ['an image as an action', placeholder, 'docker://alpine:3', /not pinned/],
    ['a pin without its version', ' # v6.0.2', '', /no comment with its version/],
    ['--yes', 'echo "$REF"', 'rolesync apply --yes', /--yes/],
    ['an expression in a script', 'echo "$REF"', 'echo "${{ github.ref }}"', /an expression stands in a script/],
    ['a secret of a whole job', '    environment: e', '    env: { A: "${{ secrets.A }}" }', /outside a step's env/],
    ['a secret of a whole workflow', 'jobs:', 'env: { A: "${{ secrets.A }}" }\njobs:', /outside a step's env/],
    [
      'a secret as an input',
      'persist-credentials: false',
      'persist-credentials: false\n          token: ${{ secrets.A }}',
      /outside/,
    ],
    ['all secrets at once', '${{ secrets.TOKEN }}', '${{ toJSON(secrets) }}', /outside a step's env/],
    ['permissions that are not given', /permissions: .*\n/g, '\n', /no explicit permissions/],
    ['permissions in one word', 'permissions: { contents: read }', 'permissions: write-all', /no explicit permissions/],
    ['a job without an end', 'timeout-minutes: 5', 'continue-on-error: false', /no timeout-minutes/],
    ['a checkout that keeps its credentials', 'persist-credentials: false', 'fetch-depth: 0', /credentials behind/],
    ['a cache', 'actions/checkout', 'actions/cache', /uses a cache/],
    [
      'a cache of an action',
      'persist-credentials: false',
      'persist-credentials: false\n          cache: npm',
      /uses a cache/,
    ],
    ['a queue that is cancelled', 'cancel-in-progress: false', 'cancel-in-progress: true', /whose runs are cancelled/],
    [
      'a checkout of the head',
      /on: push([\s\S]*)persist-credentials: false/,
      'on: pull_request_target$1persist-credentials: false\n          ref: ${{ github.event.pull_request.head.sha }}',
      /something else than the default branch/,
    ],
    [
      'a fetch of the head',
      /on: push([\s\S]*)echo "\$REF"/,
      'on: pull_request_target$1git checkout "$REF"',
      /runs `git`/,
    ],
  ])('find %s', (_what, good, bad, message) => {
    const broken = sound.replace(good, bad);
    expect(broken).not.toBe(sound);
    expect(faults('broken.yml', broken).join('\n')).toMatch(message);
  });
});

describe('roles-plan.yml', () => {
  const plan = workflow('roles-plan');
  const repository = 'acme/roles';
  const pull = (from: string | null, login = 'ada') => ({
    event_name: 'pull_request_target',
    repository,
    event: { pull_request: { head: { repo: from === null ? null : { full_name: from } }, user: { login } } },
  });

  it.each([
    ['a pull request of this repository', pull(repository), 'plan'],
    ['a fork', pull('mallory/roles'), 'validate'],
    ['a fork that is gone', pull(null), 'validate'],
    ['Dependabot', pull(repository, 'dependabot[bot]'), 'validate'],
    ['the merge queue', { event_name: 'merge_group', repository, event: { merge_group: {} } }, 'validate'],
  ])('runs exactly one job for %s', (_what, github, wanted) => {
    const ran = ['validate', 'plan'].filter((name) => wouldRun(job(plan, name).if ?? 'true', { github }));
    expect(ran).toEqual([wanted]);
  });

  it('gives secrets to the plan alone', () => {
    const holders = jobs(plan).filter(({ job }) => JSON.stringify(job).includes('secrets.'));
    expect(holders.map(({ place, job }) => [place, job.environment])).toEqual([
      ['jobs.plan', { name: 'roles-plan', deployment: false }],
    ]);
    expect(job(plan, 'validate').permissions).toEqual({ contents: 'read', 'pull-requests': 'read' });
  });

  it.each([
    ['success', 'skipped', 0],
    ['skipped', 'success', 0],
    ['skipped', 'skipped', 1],
    ['failure', 'skipped', 1],
    ['skipped', 'failure', 1],
    ['skipped', 'cancelled', 1],
    ['success', 'success', 1],
    ['', '', 1],
  ])('answers validate: %s, plan: %s with exit code %d', (validate, result, code) => {
    const { if: always, steps: [step] = [] } = job(plan, 'roles');
    expect(always).toBe('always()');
    const environment = { PATH: process.env['PATH'], VALIDATE: validate, PLAN: result };
    expect(spawnSync('bash', ['-eo', 'pipefail', '-c', step?.run ?? ''], { env: environment }).status).toBe(code);
  });

  it('answers pull requests and the merge queue under one name', () => {
    expect(events(plan)).toEqual(['pull_request_target', 'merge_group']);
    expect(job(plan, 'roles').needs).toEqual(['validate', 'plan']);
    expect(job(plan, 'roles')).not.toHaveProperty('name');
  });
});

describe('roles-apply.yml', () => {
  const apply = workflow('roles-apply');
  const runs = (name: string, contexts: Readonly<Record<string, unknown>>, status?: 'success' | 'failure') =>
    wouldRun(job(apply, name).if ?? 'true', { inputs: {}, needs: {}, github: {}, ...contexts }, status);
  const push = { github: { event_name: 'push' } };
  const released = { github: { event_name: 'workflow_dispatch' }, inputs: { digest: `sha256:${'a'.repeat(64)}` } };

  it('applies after a push, and by hand where no digest is given', () => {
    expect(runs('apply', push)).toBe(true);
    expect(runs('apply', { github: { event_name: 'workflow_dispatch' }, inputs: { digest: '' } })).toBe(true);
    expect(runs('apply', released)).toBe(false);
  });

  it('opens the gate for what is held, and for a digest that somebody names', () => {
    expect(runs('gate', { ...push, needs: { apply: { outputs: { held: 'true' } } } })).toBe(true);
    expect(runs('gate', { ...push, needs: { apply: { outputs: { held: 'false' } } } })).toBe(false);
    expect(runs('gate', { ...push, needs: { apply: { outputs: {} } } }, 'failure')).toBe(false);
    expect(runs('gate', { ...released, needs: { apply: { result: 'skipped', outputs: {} } } })).toBe(true);
    // Every night the same would be asked again; the drift issue tells of it.
    const nightly = { ...push, github: { ...push.github, event_name: 'schedule' } };
    expect(runs('apply', nightly)).toBe(true);
    expect(runs('gate', { ...nightly, needs: { apply: { outputs: { held: 'true' } } } })).toBe(false);
  });

  it('releases nothing unless a person let the gate pass', () => {
    const gate = (result: string) => ({ ...released, needs: { gate: { result }, apply: { result: 'skipped' } } });
    expect(runs('release', gate('success'))).toBe(true);
    for (const result of ['failure', 'cancelled', 'skipped']) expect(runs('release', gate(result))).toBe(false);
  });

  it('lets one writer through at a time, drops none, and lets none wait for a review meanwhile', () => {
    const writers = jobs(apply).filter(({ job }) => JSON.stringify(job).includes('secrets.'));
    expect(writers.map(({ place }) => place)).toEqual(['jobs.apply', 'jobs.release']);
    for (const { job } of writers) {
      expect(job.environment).toBe('roles-apply');
      expect(job.concurrency).toEqual({ group: 'roles-apply', queue: 'max', 'cancel-in-progress': false });
    }
    const { environment, concurrency, permissions } = job(apply, 'gate');
    expect({ environment, permissions }).toEqual({ environment: 'roles-gate', permissions: {} });
    expect(concurrency).toEqual({ group: 'roles-gate', 'cancel-in-progress': true });
  });
});

describe('roles-drift.yml', () => {
  it('runs by the clock, with the identity that can only read', () => {
    const drift = workflow('roles-drift');
    expect(events(drift)).toEqual(['schedule', 'workflow_dispatch']);
    expect(job(drift, 'drift').environment).toEqual({ name: 'roles-plan', deployment: false });
    expect(job(drift, 'drift').permissions).not.toHaveProperty('pull-requests', 'write');
  });
});

describe('ci.yml', () => {
  it('runs what a clone runs, and nothing else, on every line of Node from the oldest that tests take', () => {
    const { test } = (parse(readFileSync('.github/workflows/ci.yml', 'utf8')) as Workflow).jobs;
    expect(test?.strategy?.matrix?.['node']).toEqual([20, 22, 24, 26]);
    const own = (test?.steps ?? []).flatMap(({ run }) => run ?? []);
    expect(own).toEqual(['bash .ci/run']);
  });
});

describe('docs/ci.md', () => {
  const text = readFileSync('docs/ci.md', 'utf8');

  it('names every secret, environment and job that the workflows have', () => {
    const all = published.map(({ text }) => parse(text) as Workflow);
    const secrets = steps({ on: '', jobs: Object.assign({}, ...all.map((one) => one.jobs)) }).flatMap(({ step }) =>
      Object.keys(step.env ?? {}).filter((name) => /^(?:DINTERO|KEYCLOAK|RINNE|ROCKETCHAT)_/.test(name)),
    );
    const environments = all
      .flatMap((one) => jobs(one))
      .map(({ job: { environment } }) => (typeof environment === 'object' ? environment.name : environment));
    const names = all.flatMap((one) => Object.keys(one.jobs));
    const wanted = new Set([...secrets, ...environments, ...names].filter((name) => name !== undefined));
    expect(wanted.size).toBeGreaterThan(10);
    expect([...wanted].filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  it('names the placeholder that people replace', () => {
    expect(text).toContain(placeholder);
  });
});
