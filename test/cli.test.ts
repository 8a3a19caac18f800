import { describe, expect, it } from 'vitest';
import { folder, rolesync } from './support/command.ts';

const here = () => ({ cwd: folder({}) });

describe('rolesync help', () => {
  it('shows the commands, and ends with 0', async () => {
    const { code, stdout, stderr } = await rolesync(['help'], here());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: rolesync');
    expect(stdout).toContain('help [command]');
  });

  it('groups the commands by what one wants to do', async () => {
    const { stdout } = await rolesync(['--help'], here());
    const headings = stdout.match(/^\S.*:$/gm);
    expect(headings).toEqual(['Options:', 'Set up:', 'Write:', 'Review:', 'Apply:', 'Try:', 'Help:', 'Topics:']);
  });

  it('shows one command, as its --help does', async () => {
    const { code, stdout } = await rolesync(['help', 'plan'], here());
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: rolesync plan');
    expect(stdout).toBe((await rolesync(['plan', '--help'], here())).stdout);
  });

  it.each([
    ['frobnicate', 'Run with --help for the commands and flags.'],
    ['pln', '(Did you mean plan?)'],
    ['saftey', '(Did you mean safety?)'],
  ])('makes a command that is not there an error: %s', async (name, hint) => {
    const { code, stdout, stderr } = await rolesync(['help', name], here());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`unknown command '${name}'`);
    expect(stderr).toContain(hint);
  });

  it.each(['files', 'review', 'safety'])('has a topic that fits a screen: %s', async (topic) => {
    const { code, stdout, stderr } = await rolesync(['help', topic], here());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect((await rolesync(['help'], here())).stdout).toMatch(new RegExp(`^  ${topic} +\\w`, 'm'));
  });
});
