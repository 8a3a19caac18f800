/** rolesync beside auth0-deploy-cli: as many roles for each, each on its own API, where auth0-deploy-cli is installed. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { resourceServer, startAuth0 } from './auth0.ts';
import { type Measured, measure } from './measure.ts';
import { latency, stage } from './stage.ts';
import { megabytes, seconds, table, thousands } from './table.ts';
import { type Difference, declared, none, type Plain, type Size } from './world.ts';

export interface Peer {
  /** The path of its command, to be run with Node. */
  readonly script: string;
  readonly version: string;
}

/** Looks in the folder `from`, or without one among the packages of `root` and on PATH. */
export function findPeer(root: string, from: string | undefined): Peer | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const folders =
    from === undefined ? [join(root, 'node_modules/.bin'), ...path] : [resolve(from, 'node_modules/.bin')];
  const command = folders.map((folder) => join(folder, 'a0deploy')).find((file) => existsSync(file));
  if (command === undefined) return undefined;
  const script = realpathSync(command);
  const { version } = JSON.parse(readFileSync(join(dirname(script), '../package.json'), 'utf8')) as Peer;
  return { script, version };
}

interface Job {
  readonly name: string;
  readonly difference: Difference;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

const tenth: Difference = { everyNth: 10, grants: 1 };

const jobs: readonly Job[] = [
  { name: 'plan, nothing to do', difference: none, ours: ['plan'], theirs: ['--dry-run'] },
  { name: 'apply, nothing to do', difference: none, ours: ['apply', '--yes'], theirs: [] },
  { name: 'apply, a tenth changed', difference: tenth, ours: ['apply', '--yes'], theirs: [] },
];

export async function sideBySide(
  root: string,
  from: string | undefined,
  sizes: readonly number[] = [100, 1000],
): Promise<string> {
  const peer = findPeer(root, from);
  if (peer === undefined) {
    const where = from === undefined ? 'on PATH' : `in ${from}`;
    return `There is no auth0-deploy-cli ${where}. Install it with \`npm install --prefix DIR auth0-deploy-cli\`, then run \`npm run bench -- --peers-from DIR\`.`;
  }
  const rows: string[][] = [];
  for (const roles of sizes) {
    const size = { targets: 1, roles, permissions: 20 };
    for (const job of jobs) {
      const title = `${thousands(roles)} roles: ${job.name}`;
      rows.push(row(title, `rolesync ${job.ours.join(' ')}`, await ours(root, size, job)));
      rows.push(row('', `a0deploy import ${job.theirs.join(' ')}`.trim(), await theirs(root, peer, size, job)));
      console.error(title);
    }
  }
  return [
    table(
      ['each row is one run', 'command', 'requests', 'writes', 'first after', 'network', 'wall', 'CPU', 'peak memory'],
      rows,
    ),
    [
      `a0deploy is auth0-deploy-cli ${peer.version} with its defaults (8.44.0: 3 tasks at a time, at most 8 started a second; a role to update is one task of 3 requests).`,
      'It reads the list of roles, then the permissions of each role; rolesync reads a list that holds the permissions.',
      'a0deploy gets a token and https; rolesync logs in over http. After each run the live roles equal the files.',
    ].join('\n'),
  ].join('\n\n');
}

interface Sent {
  readonly method: string;
  readonly arrived: number;
  readonly answered: number;
}

interface Cost extends Measured {
  readonly requests: readonly Sent[];
  /** Not GET, and not a login. */
  readonly writes: number;
}

function row(title: string, command: string, { requests, writes, wall, cpu, memory }: Cost): string[] {
  const first = Math.min(...requests.map(({ arrived }) => arrived));
  const last = Math.max(...requests.map(({ answered }) => answered));
  const network = (last - first) / 1000;
  return [
    title,
    `\`${command}\``,
    thousands(requests.length),
    thousands(writes),
    seconds(wall - network),
    seconds(network),
    seconds(wall),
    seconds(cpu),
    megabytes(memory),
  ];
}

async function ours(root: string, size: Size, { difference, ours: argv }: Job): Promise<Cost> {
  const at = await stage(root, size, difference);
  const run = await at.run(argv);
  const live = Object.values(at.sandbox.state.dintero.accounts).flatMap(({ roles }) => {
    return roles.map(({ name = '', description = '', scope }) => ({ name, description, permissions: scope }));
  });
  await at.close();
  check('rolesync', run, live, declared(size, difference));
  const writes = run.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/auth/token')).length;
  return { ...run, writes };
}

async function theirs(root: string, { script }: Peer, size: Size, job: Job): Promise<Cost> {
  const api = await startAuth0(declared(size, none), latency);
  const cwd = mkdtempSync(join(tmpdir(), 'rolesync-bench-auth0-'));
  writeFileSync(join(cwd, 'tenant.yaml'), tenantYaml(declared(size, job.difference)));
  const run = await measure(root, [script, 'import', '--input_file', 'tenant.yaml', ...job.theirs], {
    cwd,
    environment: {
      AUTH0_DOMAIN: api.domain,
      AUTH0_ACCESS_TOKEN: 'bench',
      AUTH0_INCLUDED_ONLY: '["roles"]',
      NODE_EXTRA_CA_CERTS: api.authority,
    },
  });
  await api.close();
  rmSync(cwd, { recursive: true, force: true });
  check('auth0-deploy-cli', run, api.roles(), declared(size, job.difference));
  const writes = api.requests.filter(({ method }) => method !== 'GET').length;
  return { ...run, requests: api.requests, writes };
}

/** What did not do its work is not measured. */
function check(tool: string, { code, stdout, stderr }: Measured, live: readonly Plain[], expected: readonly Plain[]) {
  if (code !== 0) throw new Error(`${tool} ended with ${code}: ${stderr}${stdout}`);
  const sorted = (roles: readonly Plain[]) =>
    roles
      .map(({ name, description, permissions }) => ({ name, description, permissions: permissions.toSorted() }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (!isDeepStrictEqual(sorted(live), sorted(expected))) {
    throw new Error(`${tool} ended with 0, but the live roles are not as they should be`);
  }
}

function tenantYaml(roles: readonly Plain[]): string {
  const all = roles.map(({ name, description, permissions }) => {
    const list = permissions.map(
      (one) => `      - permission_name: ${one}\n        resource_server_identifier: ${resourceServer}\n`,
    );
    return `  - name: ${name}\n    description: ${description}\n    permissions:\n${list.join('')}`;
  });
  return `roles:\n${all.join('')}`;
}
