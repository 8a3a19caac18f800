import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { createOrigin, type Origin } from '../github/repository.ts';

const command = resolve('dist/rolesync.js');
const script = resolve('docs/examples/roles.sh');
const home = mkdtempSync(join(tmpdir(), 'rolesync-examples-'));
const bin = join(home, 'bin');
const path = `${bin}:${process.env['PATH']}`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** The sandbox as people start it, with what it printed to paste. */
interface Stand {
  readonly variables: Readonly<Record<string, string>>;
  /** Writes to roles and permissions since the last call, as the request log shows them. */
  readonly writes: () => number;
}

beforeAll(() => {
  mkdirSync(bin);
  symlinkSync(command, join(bin, 'rolesync'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function sandbox(): Promise<Stand> {
  // A file, because what runs below blocks this process while the sandbox writes its log.
  const log = join(mkdtempSync(join(home, 'sandbox-')), 'log');
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, [command, 'sandbox', '--port', '0'], { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const printed = () => readFileSync(log, 'utf8');
  while (!/^export ROCKETCHAT_TOKEN=.*\n/m.test(printed())) {
    if (child.exitCode !== null) throw new Error('the sandbox did not start');
    await wait(20);
  }
  const exported = [...printed().matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)];
  let seen = 0;
  return {
    variables: Object.fromEntries(exported.map(([, name = '', value = '']) => [name, value])),
    writes: () => {
      const lines = printed().split('\n');
      const sent = lines.filter((line) => /(?:POST|PUT|DELETE) .*(?:roles|permissions\.update)/.test(line));
      const fresh = sent.length - seen;
      seen = sent.length;
      return fresh;
    },
  };
}

/** A repository whose default branch has the targets, and a branch `support` with the first roles. */
function repository(): Origin {
  const origin = createOrigin();
  onTestFinished(origin.remove);
  const file = (name: string) => readFileSync(`roles/${name}.yaml`, 'utf8');
  const targets = (name: string) => file(name).replace(/^roles:[\s\S]*/m, '');
  origin.commit({ 'roles/dintero.yaml': targets('dintero'), 'roles/rinne.yaml': targets('rinne') });
  origin.push();
  origin.commit({ 'roles/dintero.yaml': file('dintero'), 'roles/rinne.yaml': file('rinne') }, { branch: 'support' });
  origin.push('support');
  return origin;
}

function run(argv: readonly string[], cwd: string, variables: Readonly<Record<string, string>>): Ended {
  const [program = '', ...rest] = argv;
  const env = { PATH: path, HOME: home, ...variables };
  const { status, stdout, stderr } = spawnSync(program, rest, { cwd, env, encoding: 'utf8' });
  return { code: status, out: `${stdout}${stderr}` };
}

describe('docs/examples/roles.sh', () => {
  it('plans a branch, applies what was reviewed after the merge, and then finds no drift', async () => {
    const { variables, writes } = await sandbox();
    const { clone, git } = repository();
    const roles = (...argv: readonly string[]) => run(['sh', script, ...argv], clone, variables);
    const plan = join(home, 'plan.json');

    const planned = roles('plan', plan);
    expect(planned.out).toContain('create receipt viewer');
    expect(planned.code).toBe(0);
    const reviewed = run(['sh', script, 'review', plan], clone, {});
    expect(reviewed.out).toContain('create receipt viewer');
    expect(writes()).toBe(0);

    expect(roles('apply', plan)).toEqual({ code: 1, out: 'roles.sh: check main out first\n' });
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', 'support');
    expect(roles('drift').code).toBe(2);
    expect(writes()).toBe(0);

    const applied = roles('apply', plan);
    expect(applied.out).toContain('receipt viewer');
    expect(applied.code).toBe(0);
    // An update and a creation at Dintero, two creations at Rinne.
    expect(writes()).toBe(4);
    expect(roles('drift').code).toBe(0);
    expect(roles('apply', plan).code).toBe(0);
    expect(writes()).toBe(0);
  });

  it('writes only what the plans show that it is given, and takes several', async () => {
    const { variables, writes } = await sandbox();
    const { clone, git, commit } = repository();
    const roles = (...argv: readonly string[]) => run(['sh', script, ...argv], clone, variables);
    const [one, two] = [join(home, 'one two.json'), join(home, 'two.json')];
    expect(roles('plan', one).code).toBe(0);
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', 'support');
    const text = readFileSync(join(clone, 'roles/dintero.yaml'), 'utf8');
    commit(
      { 'roles/dintero.yaml': `${text}\n  - name: auditor\n    permissions: [read:accounts]\n` },
      { branch: 'more' },
    );
    expect(roles('plan', two, 'more').out).toContain('create auditor');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--ff-only', 'more');

    writes();
    expect(roles('apply', one).code).toBe(3);
    expect(writes()).toBe(4);
    expect(roles('apply', one, two).code).toBe(0);
    expect(writes()).toBe(1);
  });

  it('plans no branch that lacks commits of the default branch, and applies no file that is not committed', () => {
    const { clone, git, commit } = repository();
    const roles = (...argv: readonly string[]) => run(['sh', script, ...argv], clone, {});
    git('checkout', '--quiet', 'main');
    commit({ 'README.md': 'newer' }, { branch: 'main' });
    const behind = roles('plan', join(home, 'behind.json'), 'support');
    expect(behind).toEqual({ code: 1, out: 'roles.sh: support lacks commits of main: merge main into it first\n' });
    commit({ 'README.md': 'newest' });
    spawnSync('sh', ['-c', 'echo "# mine" >> roles/dintero.yaml'], { cwd: clone });
    expect(roles('apply', 'plan.json').out).toBe('roles.sh: roles/ has changes that are not committed\n');
    expect(roles().code).toBe(1);
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

  it('reviews a merge request, plans and applies the default branch, and finds drift', async () => {
    const { variables, writes } = await sandbox();
    const { checkout, git, push } = repository();
    const start = (name: string, cwd: string) => {
      const commit = run(['git', 'rev-parse', 'HEAD'], cwd, {}).out.trim();
      const ci = { CI_DEFAULT_BRANCH: 'main', CI_COMMIT_SHA: commit };
      return run(['bash', '-eo', 'pipefail', '-c', job(name).script.join('\n')], cwd, { ...variables, ...ci });
    };

    const request = checkout(git('rev-parse', 'support'));
    const review = start('review', request);
    expect(review.out).toContain('create receipt viewer');
    expect(review.code).toBe(0);

    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', 'support');
    const merged = checkout(push());
    expect(start('drift', merged).code).toBe(2);
    expect(start('plan', merged).code).toBe(0);
    expect(writes()).toBe(0);
    expect(start('apply', merged).code).toBe(0);
    expect(writes()).toBe(4);
    expect(start('drift', merged).code).toBe(0);
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
