import { describe, expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';

/** Whether what a command prints on standard output has colour. */
async function coloured(terminal: boolean, environment: Readonly<Record<string, string>>, ...flags: string[]) {
  const cwd = folder({ 'roles/a.yaml': 'provider: dintreo\n' });
  const { stdout } = await rolesync(['validate', ...flags], { cwd, environment, terminal });
  expect(stdout).toContain('Did you mean');
  return stdout.includes('\u001b[');
}

describe('colour', () => {
  it.each([
    [true, 'on a terminal', true, {}],
    [false, 'without one', false, {}],
    [false, 'on a terminal that can do nothing', true, { TERM: 'dumb' }],
    [true, 'without a terminal where FORCE_COLOR is 1', false, { FORCE_COLOR: '1' }],
    [true, 'without a terminal where FORCE_COLOR is true', false, { FORCE_COLOR: 'true' }],
    [true, 'without a terminal where FORCE_COLOR is there and empty', false, { FORCE_COLOR: '' }],
    [true, 'without a terminal where FORCE_COLOR is 3', false, { FORCE_COLOR: '3', TERM: 'dumb' }],
    [false, 'on a terminal where FORCE_COLOR is 0', true, { FORCE_COLOR: '0' }],
    [false, 'on a terminal where FORCE_COLOR is false', true, { FORCE_COLOR: 'false' }],
    [false, 'on a terminal where NO_COLOR is set', true, { NO_COLOR: '1' }],
    [true, 'on a terminal where NO_COLOR is empty', true, { NO_COLOR: '' }],
    [false, 'where both are set', true, { FORCE_COLOR: '1', NO_COLOR: '1' }],
  ])('is %s %s', async (wanted, _where, terminal, environment) => {
    expect(await coloured(terminal, environment)).toBe(wanted);
  });

  it('gives way to --no-color, whatever the environment says', async () => {
    expect(await coloured(true, { FORCE_COLOR: '1' }, '--no-color')).toBe(false);
  });
});
