/** One set of roles for two hundred accounts: what a reviewer reads when one line of a set changes. */
import { mkdirSync, writeFileSync } from 'node:fs';
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

async function stage() {
  const sandbox = await startSandbox({ state: emptyState() });
  const environment: Record<string, string> = {};
  const targets = names.map((name, at) => {
    const { auth } = issueDintero(sandbox.state.dintero, `T${11112222 + at}`);
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
  it('read as a handful of lines before and after one line of a set changes', async () => {
    const { sandbox, cwd, run } = await stage();
    const first = await run('plan');
    expect((await run('apply', '--yes')).code).toBe(0);
    expect((await run('plan', '--detailed-exitcode')).code).toBe(0);
    write(cwd, 'roles/sets.yaml', sets('read:accounts, read:billing, read:checkout'));
    write(
      cwd,
      'roles/exceptions/acme.yaml',
      `provider: dintero\ntargets: [acme-007]\nexceptions:\n  - role: auditor\n    add: [read:receipts]\n    until: 2999-12-31\n    reason: INC-42\n`,
    );
    const second = await run('plan', '--out', 'plan.json');
    const markdown = await run('show', 'plan.json', '--format', 'markdown');
    const github = await run('show', 'plan.json', '--format', 'github');
    const html = await run('show', 'plan.json', '--format', 'html');
    mkdirSync('/tmp/many', { recursive: true });
    for (const [name, { stdout }] of Object.entries({ first, second, markdown, github, html }))
      writeFileSync(`/tmp/many/${name}`, stdout);
    await sandbox.close();
  });
});
