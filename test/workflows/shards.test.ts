/** The examples of docs/scale.md: taken by GitHub's own parser, and run as far as no cluster is needed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Ended, makeHome, sandbox } from './example-stage.ts';
import { faults, type Workflow } from './rules.ts';

const { home, path } = makeHome();

async function shell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn('sh', ['-c', script], { cwd, env: { PATH: path, HOME: home, ...env } });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (out += text));
  const [code] = await once(child, 'close');
  return { code, out };
}

/** A folder with the example role files. */
function work(name: string): string {
  const cwd = join(home, name);
  mkdirSync(join(cwd, 'plans'), { recursive: true });
  cpSync('roles', join(cwd, 'roles'), { recursive: true });
  return cwd;
}

/** The merged plan has the digest of the whole. */
async function mergesTo(cwd: string, variables: Readonly<Record<string, string>>, merging: string): Promise<void> {
  const digest = /sha256:[0-9a-f]{64}/;
  const whole = await shell('rolesync plan', cwd, variables);
  const merged = await shell(merging, cwd, {});
  expect([whole.code, merged.code]).toEqual([0, 0]);
  expect(digest.exec(merged.out)?.[0]).toBe(digest.exec(whole.out)?.[0]);
}

describe('docs/examples/shards-github.yml', () => {
  const file = 'docs/examples/shards-github.yml';
  const text = readFileSync(file, 'utf8');
  const { jobs } = parse(text) as Workflow;

  it('is one that GitHub takes, and keeps to the rules', () => {
    expect(faults(file, text)).toEqual([]);
  });

  it('has the same parts to plan and to apply, 32 at most, counted from 1', () => {
    const shards = (job: string) => jobs[job]?.strategy?.matrix?.['shard'] ?? [];
    expect(shards('plan')).toEqual(shards('plan').map((_, at) => at + 1));
    expect(shards('apply')).toEqual(shards('plan'));
    expect(shards('plan').length).toBeLessThanOrEqual(32);
  });

  it('plans, merges and applies', async () => {
    const { variables, writes } = await sandbox();
    const cwd = work('github');
    const script = (job: string, word: string) => {
      const run = jobs[job]?.steps?.find((step) => step.run?.startsWith(`rolesync ${word}`))?.run;
      if (run === undefined) throw new Error(`${job} does not run rolesync ${word}`);
      return run;
    };
    const all = jobs['plan']?.strategy?.matrix?.['shard'] ?? [];
    const of = (shard: unknown) => ({ ...variables, SHARD: String(shard), SHARDS: String(all.length) });
    for (const shard of all) expect((await shell(script('plan', 'plan'), join(cwd, '.'), of(shard))).code).toBe(0);
    await shell('mv plan-*.json plans/', cwd, {});
    expect(readdirSync(join(cwd, 'plans'))).toHaveLength(all.length);
    await mergesTo(cwd, variables, script('merge', 'merge'));
    for (const shard of all) expect((await shell(script('apply', 'apply'), cwd, of(shard))).code).toBe(0);
    expect(writes()).toBeGreaterThan(0);
    expect((await shell('rolesync plan --detailed-exitcode', cwd, variables)).code).toBe(0);
  });
});

describe('docs/examples/shards-kubernetes.yml', () => {
  const text = readFileSync('docs/examples/shards-kubernetes.yml', 'utf8');
  const { spec } = parse(text);
  const [container] = spec.template.spec.containers;

  it('says what an Indexed Job with a limit of its own for each index needs', () => {
    expect(spec).toMatchObject({ completionMode: 'Indexed', backoffLimitPerIndex: 1 });
    expect(spec.template.spec.restartPolicy).toBe('Never');
    expect(container.env).toEqual([{ name: 'PARTS', value: String(spec.completions) }]);
  });

  it('plans each index as the part that it is, and merges', async () => {
    const { variables } = await sandbox();
    const cwd = work('kubernetes');
    const [script] = container.args;
    for (let index = 0; index < spec.completions; index += 1) {
      const env = { ...variables, PARTS: container.env[0].value, JOB_COMPLETION_INDEX: String(index) };
      const { code, out } = await shell(script.replaceAll('/plans/', 'plans/'), cwd, env);
      expect([code, out]).toEqual([0, expect.stringContaining(`only part ${index + 1} of ${spec.completions}`)]);
    }
    const merging = /rolesync merge .*/.exec(text)?.[0].replaceAll('/plans/', 'plans/') ?? '';
    await mergesTo(cwd, variables, merging.replace('plans/merged/plan.json', 'merged.json'));
  });
});
