/** One set of roles for two hundred accounts: what a reviewer reads when one line of a set changes. */
import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, write } from '../support/command.ts';
import { emptyState, issueDintero, startSandbox } from '../support/sandbox.ts';

const amount = 200;
const names = Array.from({ length: amount }, (_, at) => `acme-${String(at).padStart(3, '0')}`);

const sets = (read: string) => `permissionSets:
  support-read: [${read}]
  refunds: [set: support-read, write:checkout]
`;
const roles = `provider: dintero
targets: { labels: [retail] }
roles:
  - name: order support
    description: Look after orders
    permissions: [set: refunds, admin:shopping]
  - name: receipt viewer
    description: Look at receipts
    permissions: [set: support-read]
  - name: auditor
    description: Look at accounts
    permissions: [read:accounts]
`;

const exception = `provider: dintero
targets: [acme-007]
exceptions:
  - role: auditor
    add: [read:receipts]
    until: 2999-12-31
    reason: INC-42
`;

const stamps = { created_at: '', updated_at: '', created_by: '' };

/** Two hundred accounts in which everything is as the files say. */
async function stage() {
  const sandbox = await startSandbox({ state: emptyState() });
  const environment: Record<string, string> = {};
  const live: readonly (readonly [string, string, readonly string[]])[] = [
    ['order support', 'Look after orders', ['admin:shopping', 'read:accounts', 'read:checkout', 'write:checkout']],
    ['receipt viewer', 'Look at receipts', ['read:accounts', 'read:checkout']],
    ['auditor', 'Look at accounts', ['read:accounts']],
  ];
  const targets = names.map((name, at) => {
    const { auth } = issueDintero(sandbox.state.dintero, `T${11112222 + at}`);
    const stored = sandbox.state.dintero.accounts[`T${11112222 + at}`]?.roles;
    for (const [role, description, scope] of live) {
      stored?.push({ id: `${at} ${role}`, name: role, description, scope: [...scope], ...stamps });
    }
    environment[`DINTERO_ID_${at}`] = auth.clientId;
    environment[`DINTERO_SECRET_${at}`] = auth.clientSecret;
    return `  - name: ${name}
    account: T${11112222 + at}
    baseUrl: ${sandbox.origin}/dintero/v1
    labels: [retail, ${at % 2 === 0 ? 'no' : 'se'}]
    auth: { clientId: "\${DINTERO_ID_${at}}", clientSecret: "\${DINTERO_SECRET_${at}}" }
`;
  });
  const cwd = folder({
    'roles/targets.yaml': `provider: dintero\ntargets:\n${targets.join('')}`,
    'roles/sets.yaml': sets('read:accounts, read:checkout'),
    'roles/support.yaml': roles,
  });
  return { sandbox, cwd, run: (...argv: string[]) => rolesync(argv, { cwd, environment }) };
}

describe('two hundred accounts', () => {
  it('read as a handful of lines when one line of a set changes, and what is different on one stands out', async () => {
    const { sandbox, cwd, run } = await stage();
    cpSync(`${cwd}/roles`, `${cwd}/base/roles`, { recursive: true });
    write(cwd, 'roles/sets.yaml', sets('read:accounts, read:billing, read:checkout'));
    write(cwd, 'roles/exceptions/acme.yaml', exception);
    const text = (await run('plan', '--base-dir', 'base', '--out', 'plan.json')).stdout;
    expect(text).toContain('order support gains read:billing (see billing) on 200 targets');
    expect(text).toContain('set support-read (roles/sets.yaml:2) +read:billing: 2 roles on 200 targets');
    expect(text).toMatch(/\n\nacme-007 {2}dintero[^~]*2 changes as above\n\n {2}~ update auditor/);
    expect(text).toContain('Nothing else on 199 targets');
    expect(text.split('\n').length).toBeLessThan(50);

    const markdown = (await run('show', 'plan.json', '--format', 'markdown')).stdout;
    expect(markdown).toContain(
      '- Set `support-read`, `roles/sets.yaml:2`: + `read:billing` for 2 roles on 200 targets',
    );
    expect(markdown.match(/\| `order support` \|/g)).toHaveLength(1);
    expect(markdown).toContain('| `auditor` | update | `read:receipts` (see receipts)');
    expect(markdown).not.toContain('not shown');
    expect(markdown.length).toBeLessThan(10_000);

    const annotations = (await run('show', 'plan.json', '--format', 'github')).stdout.split('\n');
    expect(annotations[0]).toContain('file=roles/sets.yaml,line=2');
    expect(annotations.filter((line) => line.startsWith('::notice'))).toHaveLength(5);
    await sandbox.close();
  });

  it('are left as they are by a branch that only says the same another way', async () => {
    const { sandbox, cwd, run } = await stage();
    cpSync(`${cwd}/roles`, `${cwd}/base/roles`, { recursive: true });
    write(cwd, 'roles/support.yaml', roles.replace('[read:accounts]', '[set: accounts]'));
    write(cwd, 'roles/sets.yaml', `${sets('set: accounts, read:checkout')}  accounts: [read:accounts]\n`);
    const planned = await run('plan', '--base-dir', 'base', '--detailed-exitcode');
    expect(planned.stdout).toContain('3 roles restated, no access changes');
    expect(planned.code).toBe(0);
    await sandbox.close();
  });
});
