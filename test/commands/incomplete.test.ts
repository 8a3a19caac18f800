/** A target that could not be read: nobody may take the plan of the others for the whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';
import { remote, rolesYaml } from '../support/remote.ts';

const said = 'ncomplete, 1 target could not be read';

async function run(roles: readonly { readonly name: string; readonly permissions: readonly string[] }[]) {
  const api = await remote();
  const cwd = folder({
    'roles/dintero.yaml': api.dintero + rolesYaml([{ name: 'support', permissions: ['read:accounts'] }]),
    'roles/rinne.yaml': api.rinne + (roles.length > 0 ? rolesYaml(roles) : ''),
  });
  const summary = join(cwd, 'summary.md');
  const environment = { ...api.environment, DINTERO_CLIENT_SECRET: 'wrong-one', GITHUB_STEP_SUMMARY: summary };
  return { cwd, summary, run: (...argv: string[]) => rolesync(argv, { cwd, environment }) };
}

describe('a plan without one of its targets', () => {
  it.each(['text', 'markdown', 'html', 'github'])('says so as %s, and not that nothing changes', async (format) => {
    const { run: command, summary } = await run([]);
    const { code, stdout } = await command('plan', '--format', format);
    const text = format === 'github' ? `${stdout}${readFileSync(summary, 'utf8')}` : stdout;
    expect(code).toBe(1);
    expect(text.split(said)).toHaveLength(format === 'github' || format === 'html' ? 3 : 2);
    expect(text).not.toMatch(/no changes(?! in)/i);
  });

  it.each(['text', 'markdown', 'html'])('says so as %s beside what the others change', async (format) => {
    const { run: command } = await run([{ name: 'support', permissions: ['user.list'] }]);
    const { stdout } = await command('plan', '--format', format);
    expect(stdout).toMatch(
      format === 'text' ? new RegExp(`${said} · 1 to create`) : new RegExp(`${said}; 1 role changes`),
    );
  });

  it('is not applied with `nothing to do`', async () => {
    const { run: command } = await run([]);
    const { code, stdout } = await command('apply', '--yes');
    expect(code).toBe(1);
    expect(stdout).toContain('Apply: 1 target could not be read');
  });
});
