/** A fourth provider costs its own folder and one line of the table: here that line is in the test. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it, onTestFinished } from 'vitest';
import { act } from '../../src/action/act.ts';
import { sandbox } from '../../src/commands/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { saveState } from '../../src/sandbox/state-file.ts';
import { shipped } from '../../src/table.ts';
import { folder, rolesync } from '../support/command.ts';
import { type Toy, toySandbox } from './toy/sandbox.ts';
import { schema, withToy } from './toy/table.ts';

const roles = `roles:
  - name: guest
    description: Comes and goes
    permissions: [open:door, see:door]
    floor: first
`;

function fileOf({ office = 'o-1', baseUrl = '' } = {}): string {
  const at = baseUrl === '' ? '' : `, baseUrl: ${baseUrl}`;
  return `provider: toy\nauth: { keycard: "\${TOY_KEYCARD}" }\ntargets:\n  - { name: hq, office: ${office}${at} }\n`;
}

describe('a fourth provider', () => {
  it('is validated by its own words', async () => {
    const cwd = folder({ 'roles/toy.yaml': `${fileOf()}${roles}` });
    const fine = await rolesync(['validate', '--strict'], { cwd, table: withToy });
    expect(fine).toMatchObject({ code: 0, stdout: 'OK: 1 file, 1 target, 1 role\n' });

    writeFileSync(
      join(cwd, 'roles/toy.yaml'),
      `provider: toy
auth: { keycard: in-the-clear }
targets:
  - { name: hq, office: hq }
  - { name: other, building: o-2 }
roles:
  - { name: guest, permissions: [open:dor], floor: second }
  - { name: a name of more than twenty letters, permissions: [] }
`,
    );
    const { code, stdout } = await rolesync(['validate', '--no-color'], { cwd, table: withToy });
    expect(code).toBe(1);
    for (const message of [
      'write exactly `${TOY_KEYCARD}`',
      'an office id is `o-` and a number, like `o-1`',
      'Did you mean `office`?',
      'is not among the doors on the plan of the office. Did you mean `open:door`?',
      '`second` is not one of: ground, first',
      'at most 20 are allowed',
      'at least one permission',
    ])
      expect(stdout).toContain(message);
    expect(stdout).not.toContain('in-the-clear');
  });

  it('is unknown to the shipped table, which lists its own', async () => {
    const cwd = folder({ 'roles/toy.yaml': `${fileOf()}${roles}` });
    const { code, stdout } = await rolesync(['validate'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain(`\`toy\` is not one of: ${[...shipped.manifests.keys()].join(', ')}`);
  });

  it('is planned, applied and found equal, with its credentials in its own host alone', async () => {
    const state = { toy: { offices: { 'o-1': { keycard: 'the-secret-card', roles: [] } } } satisfies Toy };
    const server = await startSandbox({ standIns: [toySandbox], state });
    onTestFinished(() => server.close());
    const cwd = folder({ 'roles/toy.yaml': `${fileOf({ baseUrl: `${server.origin}/toy/api` })}${roles}` });
    const world = { cwd, table: withToy, environment: { TOY_KEYCARD: 'the-secret-card' } };

    const planned = await rolesync(['plan', '--no-color', '--verbose'], world);
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('new role `guest` gets open:door (open doors)');
    expect(planned.stdout + planned.stderr).not.toContain('the-secret-card');
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);

    expect((await rolesync(['apply', '--yes'], world)).code).toBe(0);
    expect(state.toy.offices['o-1'].roles).toEqual([
      { name: 'guest', description: 'Comes and goes', permissions: ['open:door', 'see:door'], floor: 'first' },
    ]);
    expect((await rolesync(['plan', '--detailed-exitcode'], world)).code).toBe(0);

    const away = folder({ 'roles/toy.yaml': `${fileOf({ baseUrl: 'https://elsewhere.example.com' })}${roles}` });
    const refused = await rolesync(['plan'], { ...world, cwd: away });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--allow-host elsewhere.example.com')]);
  });

  it('is told apart from what it may not read', async () => {
    const cwd = folder({ 'roles/toy.yaml': `${fileOf({ office: '"${TOY_OFFICE}"' })}${roles}` });
    const world = { cwd, table: withToy };
    const bad = await rolesync(['plan'], { ...world, environment: { TOY_KEYCARD: 'secret-card', TOY_OFFICE: 'x' } });
    expect(bad.stderr).toContain('`x` is not an office id: `o-` and a number');
    const spaced = await rolesync(['plan'], { ...world, environment: { TOY_KEYCARD: 'a card', TOY_OFFICE: 'o-1' } });
    expect(spaced.stderr).toContain('cannot be sent in a header');
    writeFileSync(join(cwd, 'roles/toy.yaml'), `${fileOf()}${roles}`.replace('TOY_KEYCARD', 'DOOR_KEYCARD'));
    expect((await rolesync(['validate'], world)).stdout).toContain('name it `TOY_…` or `ROLESYNC_VAR_…`');
  });

  it('is played with in the embedded sandbox, also where the office comes from nowhere', async () => {
    const cwd = folder({ 'roles/toy.yaml': `${fileOf({ office: '"${TOY_OFFICE}"' })}${roles}` });
    const { code, stdout } = await rolesync(['apply', '--yes', '--sandbox', '--format', 'json'], {
      cwd,
      table: withToy,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ name: 'hq', verified: true }] });
  });

  it('is served by `rolesync sandbox` with its variables, its switch, and its part of a state file', async () => {
    const cwd = folder({});
    saveState(join(cwd, 'seed.json'), { toy: { offices: { 'o-7': { keycard: 'seven', roles: [] } } } });
    const lines: string[] = [];
    const stop = new AbortController();
    const write = (line: string) => {
      lines.push(line);
      if (line === '' && lines.some((one) => one.includes('TOY_BASE_URL'))) stop.abort();
    };
    const flags = { port: 0, seed: join(cwd, 'seed.json'), state: join(cwd, 'state.json'), powerCut: true };
    await sandbox(flags, { write, signal: stop.signal, table: withToy });
    expect(lines).toContain('# Toy Doors, office o-7');
    expect(lines).toContain('export TOY_OFFICE=o-7');
    expect(lines).toContain('export TOY_KEYCARD=seven');
    expect(lines.find((line) => line.startsWith('export TOY_BASE_URL='))).toMatch(/:\d+\/toy\/api$/);
    expect(JSON.parse(readFileSync(join(cwd, 'state.json'), 'utf8'))).toMatchObject({ toy: { powerCut: true } });
    const help = await rolesync(['help', 'sandbox'], { cwd, table: withToy });
    expect(help.stdout).toContain('--power-cut');
    expect((await rolesync(['--help'], { cwd, table: withToy })).stdout).toMatch(/and Toy\s+Doors/);
  });

  it('has a schema of its own for editors', () => {
    const validate = new Ajv({ strict: false }).compile(schema);
    const file = { provider: 'toy', targets: [{ name: 'hq', office: 'o-1' }] };
    expect(validate({ ...file, roles: [{ name: 'guest', permissions: ['open:door'], floor: 'first' }] })).toBe(true);
    expect(validate({ ...file, roles: [{ name: 'guest', floor: 'second' }] })).toBe(false);
    expect(JSON.stringify(schema)).toContain('{"const":"open:safe","description":"Open the safe"}');
  });

  it('has its secrets hidden by the action, whatever they are called', async () => {
    const secrets: string[] = [];
    const toolkit = {
      setSecret: (secret: string) => void secrets.push(secret),
      write: () => undefined,
      setOutput: () => undefined,
      warning: () => undefined,
      error: () => undefined,
      summary: async () => undefined,
    };
    const environment = {
      TOY_KEYCARD: 'a-card',
      TOY_HQ_KEYCARD: 'another-card',
      TOY_OFFICE: 'o-1',
      KEYCARD: 'not-ours',
    };
    const world = { environment, toolkit, signal: new AbortController().signal, now: () => 0, wait: async () => {} };
    expect(await act(world, withToy)).toBe(1);
    expect(secrets).toEqual(['a-card', 'another-card']);
    secrets.length = 0;
    await act(world);
    expect(secrets).toEqual([]);
  });
});
