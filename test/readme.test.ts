/** README, its pictures, and the files that the pages show: they are what is there. What commands print: docs-output.test.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folder, rolesync } from './support/command.ts';

const readme = readFileSync('README.md', 'utf8');
const files = readFileSync('docs/files.md', 'utf8');
const here = { cwd: process.cwd() };

/** The fenced block of that language whose first line is this one, without it. */
function block(language: string, first: string, page = readme): string {
  const fence = `\`\`\`${language}\n${first}\n`;
  const start = page.indexOf(fence);
  if (start === -1) throw new Error(`there is no block that begins with: ${first}`);
  return page.slice(start + fence.length, page.indexOf('```', start + fence.length));
}

interface RoleFile {
  readonly roles: readonly { readonly permissions: readonly string[] }[];
}

describe('the README', () => {
  it('has pictures of the plan of the role files that are here', async () => {
    const argv = ['plan', '--sandbox', '--target', 'acme-test', '--target', 'acme-chat', '--format', 'markdown'];
    const { stdout } = await rolesync(argv, here);
    // `npm run docs:pictures` makes them.
    expect(readFileSync('docs/pictures/comment.md', 'utf8')).toBe(stdout);
  });

  it('fits two screens', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(130);
  });

  it('shows the roles that stand in them', () => {
    const shown = parse(block('yaml', '# roles/dintero.yaml')) as RoleFile;
    const kept = parse(readFileSync('roles/dintero.yaml', 'utf8')) as RoleFile;
    expect(shown.roles).toEqual(kept.roles);
  });
});

describe('docs/files.md', () => {
  it('shows the file that the import writes', async () => {
    const cwd = folder({});
    await rolesync(['import', 'acme-test', '--provider', 'dintero', '--account', 'T11112222', '--sandbox'], { cwd });
    expect(block('yaml', '# roles/acme-test.yaml', files)).toBe(readFileSync(`${cwd}/roles/acme-test.yaml`, 'utf8'));
  });
});

describe('the story of `npm start`', () => {
  it('has the plan that `rolesync plan --sandbox` prints, applies it, and ends with nothing to do', async () => {
    const plan = await rolesync(['plan', '--sandbox'], here);
    const demo = await rolesync(['demo'], here);
    expect(demo.code).toBe(0);
    expect(demo.stdout).toContain(plan.stdout.trimEnd());
    expect(demo.stdout).toContain('Apply: 8 done\n');
    expect(demo.stdout).toContain('Nothing to do: the live roles match the files.');
  });
});
