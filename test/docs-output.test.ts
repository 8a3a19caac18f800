/**
 * Output on the pages is what the command prints. `npm run docs:write` writes what it prints into the pages. A line `…` stands
 * for lines that are left out; a block that nobody has set a stage for fails.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, type World } from './support/command.ts';
import { type Block, blocks } from './support/pages.ts';
import { platform, usual } from './support/platform.ts';

const here = (): World => ({ cwd: process.cwd() });
const nowhere = (): World => ({ cwd: folder({}) });

/** By page and first command: where the commands of the block run. */
const stages: Readonly<Record<string, () => World | Promise<World>>> = {
  'README.md: rolesync plan --sandbox --target acme-test': here,
  'docs/ci.md: rolesync init acme-test': nowhere,
  'docs/files.md: rolesync import acme-test': nowhere,
  'docs/files.md: rolesync validate': () => ({
    cwd: folder({
      'roles/dintero.yaml': `provider: dintero
# Wrong in four places.
auth:
  clientId: \${DINTERO_CLIENT_ID}
  clientSecret: \${GITHUB_TOKEN}
targets:
  - name: acme-test
    account: T1111222
    baseUrl: https://user:password@evil.example/v1
roles:
  - name: order support
    permissions: [admin:shopping, read:acounts]
`,
    }),
  }),
  'docs/many-targets.md: rolesync plan': () => platform(() => ({ 'order support': without('read:checkout') })),
  'docs/many-targets.md: rolesync explain': () => platform(() => ({})),
  'docs/many-targets.md: rolesync pull acme-no': async () => ({
    ...(await platform((account) => ({
      'order support': account === 'acme-no' ? without('read:checkout', 'read:receipts') : { permissions: usual },
    }))),
    answer: 'no',
  }),
  'docs/many-targets.md: rolesync compare --outliers': () =>
    platform((account) => ({
      auditor: { permissions: ['read:receipts'] },
      'receipt viewer': { permissions: ['read:receipts'] },
      'order support': {
        description: account === 'shop-50' ? 'Look up orders' : 'Administrate orders',
        permissions: [...usual, ...(account.startsWith('shop-') ? ['read:billing'] : [])],
      },
      ...(account === 'shop-99' && { 'left over': { permissions: ['read:hooks'] } }),
    })),
};

/** Order support as the files have it, less one permission and with others. */
function without(permission: string, ...more: readonly string[]) {
  return { permissions: [...usual.filter((one) => one !== permission), ...more] };
}

const shown = blocks.filter(({ language }) => language === 'console');

function commandsOf({ body }: Block): readonly string[] {
  return [...body.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
}

function stageOf(block: Block): (() => World | Promise<World>) | undefined {
  const called = `${block.page}: ${commandsOf(block)[0]}`;
  const key = Object.keys(stages)
    .filter((one) => called === one || called.startsWith(`${one} `))
    .toSorted((a, b) => b.length - a.length)[0];
  return key === undefined ? undefined : stages[key];
}

/** As a person types it; quotes keep words together. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

async function printed(block: Block, world: World): Promise<string> {
  const parts: string[] = [];
  for (const command of commandsOf(block)) {
    const [program, ...argv] = words(command);
    expect(program).toBe('rolesync');
    const { stdout, stderr } = await rolesync(argv, world);
    // Counts of requests and seconds are no part of what a page shows.
    const told = stderr.replace(/^\d+ requests: .*\n/m, '');
    parts.push(`$ ${command}\n${told}${stdout}`);
  }
  return parts.join('');
}

/** Commit ids are those of the test's own repository, and the sandbox is on another port each time. */
function settled(text: string): string {
  return text
    .replace(/\b[0-9a-f]{10}\b/g, 'cbfe21739b')
    .replace(/http:\/\/127\.0\.0\.1:\d+\/dintero\/v1/g, 'https://api.dintero.com/v1')
    .trimEnd();
}

/** What the page shows, in order, with `…` for what it leaves out. */
function isShown(body: string, output: string): boolean {
  const escaped = settled(body)
    .split(/^…$\n?/m)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^]*')}$`).test(settled(output));
}

describe.each(shown)('$page:$line', (block) => {
  it('shows what the command prints', async () => {
    const stage = stageOf(block);
    expect(stage, 'set a stage for it in this file').toBeDefined();
    const output = await printed(block, (await stage?.()) ?? here());
    if (isShown(block.body, output)) return;
    if (process.env['DOCS_WRITE'] !== undefined && !block.body.includes('…')) {
      writeFileSync(
        block.page,
        readFileSync(block.page, 'utf8').replace(block.body, () => `${settled(output)}\n`),
      );
      return;
    }
    expect(settled(output)).toBe(settled(block.body));
  });
});
