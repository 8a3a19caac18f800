/** What the README shows is what the command prints. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rolesync } from './support/command.ts';

const readme = readFileSync('README.md', 'utf8');
const here = { cwd: process.cwd() };

/** The fenced block of that language whose first line is this one, without it. */
function block(language: string, first: string): string {
  const fence = `\`\`\`${language}\n${first}\n`;
  const start = readme.indexOf(fence);
  if (start === -1) throw new Error(`README.md has no block that begins with: ${first}`);
  return readme.slice(start + fence.length, readme.indexOf('```', start + fence.length));
}

interface RoleFile {
  readonly roles: readonly { readonly permissions: readonly string[] }[];
}

describe('the README', () => {
  it('shows the plan of the role files that are here', async () => {
    const argv = ['plan', '--sandbox', '--target', 'acme-test'];
    const { code, stdout } = await rolesync(argv, here);
    expect(code).toBe(0);
    expect(block('console', `$ rolesync ${argv.join(' ')}`)).toBe(stdout);
  });

  it('shows the roles that stand in them', () => {
    const shown = parse(block('yaml', '# roles/dintero.yaml')) as RoleFile;
    const kept = parse(readFileSync('roles/dintero.yaml', 'utf8')) as RoleFile;
    expect(shown.roles).toEqual(kept.roles);
  });
});

describe('the story of `npm start`', () => {
  it('has the plan that `rolesync plan --sandbox` prints, applies it, and ends with nothing to do', async () => {
    const plan = await rolesync(['plan', '--sandbox'], here);
    const demo = await rolesync(['demo'], here);
    expect(demo.code).toBe(0);
    expect(demo.stdout).toContain(plan.stdout.trimEnd());
    expect(demo.stdout).toContain('Apply: 8 done\n');
    expect(demo.stdout).toContain('Nothing to do: what is live is what the files say.');
  });
});
