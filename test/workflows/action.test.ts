import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Inputs, readContext } from '../../src/action/context.ts';
import type { Plan } from '../../src/core/plan.ts';
import { summaryOutput } from '../../src/render/github.ts';
import { actionErrors } from './parser.ts';
import { placeholder, steps, type Workflow } from './rules.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
}

const text = readFileSync('action.yml', 'utf8');
const action = parse(text) as Action;
const sources = readdirSync('src/action', { encoding: 'utf8', recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join('src/action', name), 'utf8'))
  .join('\n');
const temporary = mkdtempSync(join(tmpdir(), 'rolesync-action-'));
writeFileSync(join(temporary, 'event.json'), '{}');
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** As the runner hands inputs over: what the workflow leaves out has the default of action.yml. */
function read(given: Readonly<Record<string, string>>): Inputs {
  const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const runner = {
    GITHUB_REPOSITORY: 'acme/roles',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SHA: '0'.repeat(40),
  };
  const event = join(temporary, 'event.json');
  return readContext({ ...Object.fromEntries(inputs), ...runner, GITHUB_EVENT_PATH: event }).inputs;
}

function withDefaults(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, one]) => [name, one.default ?? ''])),
    ...given,
  };
}

describe('action.yml', () => {
  it('is one that GitHub takes', () => {
    expect(actionErrors('action.yml', text)).toEqual([]);
    expect(actionErrors('action.yml', text.replace('using: node24', 'using: node99'))).not.toEqual([]);
  });

  it('has exactly the inputs that the action reads', () => {
    const context = readFileSync('src/action/context.ts', 'utf8');
    const patterns = /const patterns = \{\n([\s\S]*?)\n\}/.exec(context)?.[1] ?? '';
    const names = [...patterns.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(5);
    expect(Object.keys(action.inputs).sort()).toEqual([...names, 'github-token'].sort());
  });

  it('has the defaults that the action has by itself', () => {
    const { token, ...documented } = read(withDefaults({ mode: 'plan' }));
    const { token: _none, ...own } = read({ mode: 'plan' });
    expect(documented).toEqual(own);
    expect(token).toBe('${{ github.token }}');
  });

  it('has exactly the outputs that the action sets', () => {
    const nothing = { create: 0, update: 0, delete: 0, unchanged: 0, withheld: 0, unmanaged: 0 };
    const plan = { targets: [], safeguards: [], summary: nothing, digest: '' } as unknown as Plan;
    const counts = summaryOutput(plan, () => undefined as never).matchAll(/^([\w-]+)=/gm);
    const named = sources.matchAll(/\boutput\(\s*'([\w-]+)'/g);
    // Set in a loop over the counts of an apply and of a drift report.
    const counted = ['done', 'failed', 'skipped', 'uncertain', 'drift', 'pending', 'unapproved', 'unread'];
    expect(counted.filter((name) => !sources.includes(name))).toEqual([]);
    const set = new Set([...[...counts, ...named].map(([, name]) => name), ...counted]);
    expect(Object.keys(action.outputs).sort()).toEqual([...set].sort());
  });

  it('describes every input and output in a sentence', () => {
    const all = [...Object.values(action.inputs), ...Object.values(action.outputs)];
    expect(all.filter(({ description }) => !/[.,;] ?.*|[.]$/.test(description) || description.length < 20)).toEqual([]);
  });

  it('starts one bundled file that a build has made', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/action.js' });
    expect(existsSync(action.runs.main)).toBe(true);
    // Away from everything that could be beside it.
    const alone = join(temporary, 'action.mjs');
    copyFileSync(action.runs.main, alone);
    const env = { PATH: process.env['PATH'], INPUT_MODE: 'nonsense' };
    const { status, stdout } = spawnSync(process.execPath, [alone], { cwd: temporary, env, encoding: 'utf8' });
    expect(stdout).toMatch(/^::error::the input `mode` does not match/);
    expect(status).toBe(1);
  });
});

describe('the workflows', () => {
  const uses = readdirSync('docs/workflows').flatMap((name) =>
    steps(parse(readFileSync(join('docs/workflows', name), 'utf8')) as Workflow)
      .filter(({ step }) => step.uses === placeholder)
      .map(({ place, step }) => ({ where: `${name}: ${place}`, given: step.with ?? {} })),
  );

  it.each(uses)('$where gives inputs that the action takes', ({ given }) => {
    expect(Object.keys(given).filter((name) => !(name in action.inputs))).toEqual([]);
    const digest = `sha256:${'0'.repeat(64)}`;
    const filled = Object.entries(given).map(([name, value]) => [
      name,
      String(value).replace(/^\$\{\{.*\}\}$/, digest),
    ]);
    const inputs = read(withDefaults(Object.fromEntries(filled)));
    expect(inputs.mode).toBe(given['mode']);
    expect(inputs.environment === '').toBe(inputs.mode === 'validate');
  });

  it('use every mode', () => {
    expect(uses.map(({ given }) => given['mode']).sort()).toEqual(['apply', 'drift', 'gate', 'plan', 'validate']);
  });

  it('are where the action looks for evidence', () => {
    const { planWorkflow, applyWorkflow } = read({ mode: 'apply' });
    for (const path of [planWorkflow, applyWorkflow]) expect(existsSync(path.replace('.github', 'docs'))).toBe(true);
  });
});
