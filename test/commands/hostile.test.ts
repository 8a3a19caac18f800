/** Names and texts that a provider may hold: planned, shown and applied, or refused with a clear error. */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedTarget } from '../../src/core/plan.ts';
import { folder, rolesync } from '../support/command.ts';
import { account, remote, rolesYaml } from '../support/remote.ts';

const names = [
  '\u001b[31mroot',
  'x'.repeat(10_000),
  '🦉🦉🦉',
  '__proto__',
  'constructor',
  '\u202eevil\u202c',
  'a\u200bb',
  'line\nbreak',
  '\u0007bell',
  '',
  ' ',
  '</details> ✅ @everyone',
  '::add-mask::x',
];

async function withLive(roles: readonly { name: string; scope: readonly string[]; description?: string }[]) {
  const api = await remote();
  const stored = api.sandbox.state.dintero.accounts[account]?.roles ?? [];
  for (const [at, role] of roles.entries()) {
    stored.push({ id: `id-${at}`, created_at: '', updated_at: '', created_by: '', ...role });
  }
  return { api, stored };
}

/** A terminal acts on none of what is left. */
function expectTame(text: string) {
  const colours = /\u001b\[\d+m/g;
  expect(text.replace(colours, '')).not.toMatch(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
  );
}

describe('a provider with hostile names', () => {
  it('is planned, every name is shown and none of them reaches the terminal as it is', async () => {
    const { api } = await withLive(names.map((name) => ({ name, scope: ['read:accounts'], description: name })));
    const cwd = folder({
      'roles/dintero.yaml': api.dintero + rolesYaml([{ name: 'support', permissions: ['read:accounts'] }]),
    });
    const shown = await rolesync(['plan'], { cwd, environment: api.environment, terminal: true });
    expect(shown.code).toBe(0);
    expectTame(shown.stdout + shown.stderr);
    expect(shown.stdout).not.toContain('\u001b[31mroot');
    expect(shown.stdout).toContain('"\\u001b[31mroot"');
    expect(shown.stdout.replace(/\s+/g, ' ')).toContain('(10000 characters)');
    const { stdout } = await rolesync(['plan', '--format', 'json'], { cwd, environment: api.environment });
    const [target] = (JSON.parse(stdout) as Plan).targets;
    expect(new Set((target as PlannedTarget).unmanaged.map(({ name }) => name))).toEqual(new Set(names));
  });

  it.each(
    [['__proto__'], ['constructor'], ['🦉🦉🦉'], ['x'.repeat(10_000)], ['::add-mask::x']].map(
      ([name = '']) => [name.slice(0, 20), name] as const,
    ),
  )('has its role %j managed like any other', async (_shown, name) => {
    const { api, stored } = await withLive([{ name, scope: ['read:accounts'], description: 'Old' }]);
    const cwd = folder({
      'roles/dintero.yaml': api.dintero + rolesYaml([{ name, permissions: ['read:accounts', 'admin:hooks'] }]),
    });
    const { code, stderr } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(stderr).not.toMatch(/bug|stack/i);
    expect([code, stored.length]).toEqual([0, 1]);
    expect(stored[0]).toMatchObject({ name, description: 'Old', scope: ['admin:hooks', 'read:accounts'] });
  });

  it('with an id that is half a character is named with its cause, and hides no other target', async () => {
    const { api } = await withLive([{ name: 'x', scope: ['read:accounts'] }]);
    const stored = api.sandbox.state.dintero.accounts[account]?.roles ?? [];
    stored[0] = { ...(stored[0] as (typeof stored)[number]), id: '\ud800' };
    const cwd = folder({
      'roles/dintero.yaml': api.dintero + rolesYaml([{ name: 'x', permissions: ['admin:hooks'] }]),
      'roles/chat.yaml': api.rocketchat + rolesYaml([{ name: 'x', permissions: ['create-c'] }]),
    });
    const { code, stdout } = await rolesync(['apply', '--yes', '--format', 'json'], {
      cwd,
      environment: api.environment,
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      targets: [
        { name: 'acme', error: { code: 'response' } },
        { name: 'chat', outcomes: [{ status: 'done' }] },
      ],
    });
  });

  it('with 5,000 permissions on one role is planned and applied', async () => {
    const scope = Array.from({ length: 5000 }, (_, at) => `read:thing_${'abcdefghij'[at % 10]}:${at}`);
    const { api, stored } = await withLive([{ name: 'big', scope }]);
    const wanted = [...scope.slice(1), 'admin:hooks'];
    const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml([{ name: 'big', permissions: wanted }]) });
    const { code, stderr } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code, stderr.slice(-2000)).toBe(0);
    expect(new Set(stored[0]?.scope)).toEqual(new Set(wanted));
  });
});
