import { expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';
import { remote, rolesYaml } from '../support/remote.ts';

it('shows the beginning of a very long plan on a terminal, and all of it anywhere else', async () => {
  const { dintero, environment } = await remote();
  const roles = Array.from({ length: 301 }, (_, at) => ({ name: `role ${at}`, permissions: ['read:hooks'] }));
  const cwd = folder({ 'roles/a.yaml': dintero + rolesYaml(roles) });
  const [terminal, file] = [
    await rolesync(['plan', '--out', 'plan.json'], { cwd, environment, terminal: true }),
    await rolesync(['plan'], { cwd, environment }),
  ];
  const shown = await rolesync(['show', 'plan.json'], { cwd, environment, terminal: true });
  const created = (text: string) => text.match(/create /g)?.length;
  expect([terminal, shown, file].map(({ stdout }) => created(stdout))).toEqual([20, 20, 301]);
  expect(terminal.stdout).toContain('Too many changes for a terminal');
  expect(file.stdout).not.toContain('Too many changes');
});
