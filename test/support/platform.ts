/** Two hundred Dintero accounts with the role files of docs/many-targets.md, in a git repository beside the sandbox. */
import { execFileSync } from 'node:child_process';
import { folder, type World, write } from './command.ts';
import { roleFilesOf } from './pages.ts';
import { remote } from './remote.ts';
import { issueDintero } from './sandbox.ts';

interface LiveRole {
  readonly description?: string;
  readonly permissions: readonly string[];
}

/** By name. */
export type LiveRoles = Readonly<Record<string, LiveRole>>;

const named = ['acme-no', 'bravo-se', 'delta-dk'];
export const accounts: readonly string[] = [...named, ...Array.from({ length: 197 }, (_, at) => `shop-${at}`)];

/** `live`: what each account has. */
export async function platform(live: (account: string) => LiveRoles): Promise<World> {
  const { sandbox, environment } = await remote();
  const secrets: Record<string, unknown> = {};
  const targets = accounts.map((name, at) => {
    const account = `P${11_112_222 + at}`;
    secrets[name] = issueDintero(sandbox.state.dintero, account).auth;
    for (const [role, { description = '', permissions }] of Object.entries(live(name))) {
      const stamps = { created_at: '', updated_at: '', created_by: '' };
      const stored = { id: role, name: role, description, scope: permissions, ...stamps };
      sandbox.state.dintero.accounts[account]?.roles.push(stored);
    }
    return `  - { name: ${name}, account: ${account}, labels: [retail], baseUrl: "${sandbox.origin}/dintero/v1" }\n`;
  });
  const cwd = folder({
    ...pageFiles(),
    'roles/targets.yaml': `provider: dintero\ntargets:\n${targets.join('')}`,
  });
  const world = {
    ...environment,
    ROLESYNC_SECRETS: JSON.stringify(secrets),
    PATH: process.env['PATH'] ?? '',
    HOME: cwd,
  };
  commit(cwd, 'One set for refunds');
  return { cwd, environment: world, now: () => Date.parse('2026-11-27T12:00:00Z') };
}

/** What order support has on every account, by the files. */
export const usual = ['admin:shopping', 'read:accounts', 'read:checkout', 'write:checkout'];

function commit(cwd: string, message: string): void {
  const time = { GIT_AUTHOR_DATE: '2026-11-20T12:00:00Z', GIT_COMMITTER_DATE: '2026-11-20T12:00:00Z' };
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', ...time };
  const git = (...argv: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ines', '-c', 'user.email=ines@example.com', ...argv], { cwd, env });
  git('init', '--quiet', '--initial-branch=main');
  write(cwd, '.gitignore', '');
  git('add', '.');
  git('commit', '--quiet', '--message', message);
}

/** Without the line that says on the page which file it is. */
function pageFiles(): Readonly<Record<string, string>> {
  const files = Object.entries(roleFilesOf('docs/many-targets.md'));
  return Object.fromEntries(files.map(([path, body]) => [path, body.replace(/^# .*\n/, '')]));
}
