import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';

const home = mkdtempSync(join(tmpdir(), 'rolesync-completion-'));
const bin = join(home, 'bin');
mkdirSync(bin);
symlinkSync(resolve('dist/rolesync.js'), join(bin, 'rolesync'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Standard input is at its end: without it an interactive shell waits. */
function shell(program: string, script: string, argv: readonly string[] = []): string {
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: home };
  const { stdout, stderr } = spawnSync(program, [...argv, '-c', script], {
    cwd: home,
    env,
    encoding: 'utf8',
    input: '',
  });
  return stderr + stdout;
}

const has = (program: string) => spawnSync(program, ['-c', 'exit 0']).status === 0;

/** What bash offers for a line, as readline would ask: the words that it made of the line, the last one at the cursor. */
function bashOffers(words: readonly string[], before = ''): readonly string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `source <(rolesync completion bash); source <(rolesync completion bash); ${before}
    compopt() { :; }
    COMP_WORDS=(${quoted}) COMP_CWORD=${words.length - 1}
    __rolesync_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell('bash', script).trim().split('\n');
}

async function offers(...words: readonly string[]) {
  const { code, stdout, stderr } = await rolesync(['complete', '--', ...words], { cwd: folder({}) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  return { words: lines.slice(0, -1).map((line) => line.split('\t')[0]), paths: lines.at(-1) === ':0' };
}

describe('rolesync complete', () => {
  it.each([
    { typed: ['pl'], words: ['plan'] },
    { typed: ['plan', '--form'], words: ['--format'] },
    { typed: ['plan', '--format', ''], words: ['text', 'json', 'markdown', 'github', 'html'] },
    { typed: ['plan', '--format=j'], words: ['json'] },
    { typed: ['validate', '--format', ''], words: ['text', 'json', 'github'] },
    { typed: ['permissions', ''], words: ['dintero', 'keycloak', 'rinne', 'rocketchat'] },
    { typed: ['permissions', 'dintero', ''], words: [] },
    { typed: ['pull', '--only', ''], words: ['grants', 'revokes', 'fields'] },
    { typed: ['compare', '--out'], words: ['--outliers'] },
    { typed: ['comp'], words: ['compare', 'completion'] },
    { typed: ['plan', '--target', ''], words: [] },
    { typed: ['import', '--provider', ''], words: ['dintero', 'keycloak', 'rinne', 'rocketchat'] },
    { typed: ['help', 'safe'], words: ['safety'] },
    { typed: ['completion', ''], words: ['bash', 'zsh', 'fish'] },
    { typed: ['--ver'], words: ['--version'] },
    { typed: ['nothing', ''], words: [] },
  ])('offers $words after $typed', async ({ typed, words }) => {
    expect(await offers(...typed)).toEqual({ words, paths: false });
  });

  it('offers every command but the one that the shell calls, and says what each is for', async () => {
    const { words } = await offers('');
    const help = (await rolesync(['help'], { cwd: folder({}) })).stdout;
    const shown = [...help.matchAll(/^ {2}([a-z-]+) [[<]/gm)].map(([, name]) => name);
    expect(words).toEqual(shown);
    expect(words).toContain('completion');
    const { stdout } = await rolesync(['complete', '--', 'apply'], { cwd: folder({}) });
    expect(stdout).toBe('apply\tplan, ask, write, then plan again to verify\n:4\n');
  });

  it.each([
    ['plan', 'ro'],
    ['apply', '--plan', ''],
    ['plan', '--base-dir', ''],
    ['apply', '--yes', ''],
    ['show', ''],
  ])('leaves paths to the shell: %s %s', async (...typed) => {
    expect(await offers(...typed)).toEqual({ words: [], paths: true });
  });
});

describe('rolesync completion', () => {
  it('takes bash, zsh and fish, and names them for anything else', async () => {
    const { code, stdout, stderr } = await rolesync(['completion', 'tcsh'], { cwd: folder({}) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('bash, zsh, fish');
  });

  it('completes in bash', () => {
    expect(bashOffers(['rolesync', 'pl'])).toEqual(['plan']);
    expect(bashOffers(['rolesync', 'plan', '--format', 'm'])).toEqual(['markdown']);
    expect(bashOffers(['rolesync', 'plan', '--format', '=', 'm'])).toEqual(['markdown']);
    expect(bashOffers(['rolesync', 'plan', '--format', '='])).toHaveLength(5);
    expect(bashOffers(['rolesync', 'permissions', ''])).toEqual(['dintero', 'keycloak', 'rinne', 'rocketchat']);
  });

  it('runs nothing in bash that is on the line', () => {
    bashOffers(['rolesync', 'plan', '$(touch ran-1)', '; touch ran-2;', '`touch ran-3`', '--fo']);
    bashOffers(['rolesync', 'plan', '$(touch ran-4)']);
    bashOffers(['rolesync', '$(touch ran-5)', '']);
    expect(readdirSync(home).filter((name) => name.startsWith('ran-'))).toEqual([]);
  });

  it.skipIf(!has('zsh'))('completes in zsh, and runs nothing that stands on the line', () => {
    // The completion system itself needs a terminal: what it would be told is printed.
    const ask = (words: string, at: number) =>
      shell(
        'zsh',
        `compdef() { :; }; _describe() { print -rl -- "\${completions[@]}"; }; source <(rolesync completion zsh)
         words=(${words}) CURRENT=${at}; _rolesync`,
      );
    expect(ask('rolesync pl', 2)).toBe('plan:show what would change on the live systems; writes nothing\n');
    expect(ask(`rolesync plan '$(touch ran-z)' --form`, 4)).toContain('--format:');
    expect(readdirSync(home)).not.toContain('ran-z');
  });

  it.skipIf(!has('fish'))('completes in fish, and runs nothing that stands on the line', () => {
    const ask = (line: string) =>
      shell('fish', `rolesync completion fish | source; complete --do-complete '${line}'`, ['--no-config']);
    expect(ask('rolesync pl')).toBe('plan\tshow what would change on the live systems; writes nothing\n');
    expect(ask('rolesync plan $(touch ran-f) --form')).toContain('--format');
    expect(readdirSync(home)).not.toContain('ran-f');
  });
});
