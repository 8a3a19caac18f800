/** Gets Keycloak through Maven and starts it on loopback, in memory. What was fetched is kept: in Maven's repository, and unpacked beside it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const version = process.env['KEYCLOAK_VERSION'] ?? '26.0.7';

/** Of the realm `master`. */
export const administrator = { username: 'admin', password: 'admin' } as const;

export interface Server {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

export async function startKeycloak(): Promise<Server> {
  const home = unpacked();
  const port = await freePort();
  const child = spawn('sh', [join(home, 'bin', 'kc.sh'), 'start-dev', '--http-host=127.0.0.1', `--http-port=${port}`], {
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: administrator.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
      KC_DB: 'dev-mem',
    },
    // A group of its own, so that it can be ended whole.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const origin = `http://127.0.0.1:${port}`;
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(String(text)));
  const stop = () => end(child);
  process.once('exit', () => killGroup(child));
  try {
    await untilReady(origin, child);
  } catch (error) {
    await stop();
    throw new Error(`Keycloak did not start:\n${said.join('').slice(-4000)}`, { cause: error });
  }
  return { origin, stop };
}

/** Fetched once, about 150 MB. */
function unpacked(): string {
  const home = join(tmpdir(), `rolesync-keycloak-${version}`);
  if (existsSync(join(home, 'bin', 'kc.sh'))) return home;
  const fresh = mkdtempSync(join(tmpdir(), 'rolesync-keycloak-'));
  try {
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack';
    const artifact = `-Dartifact=org.keycloak:keycloak-quarkus-dist:${version}:zip`;
    const places = [`-DoutputDirectory=${fresh}`, `-DmarkersDirectory=${join(fresh, 'markers')}`];
    execFileSync('mvn', ['-B', '-q', '-ntp', plugin, artifact, ...places], { cwd: fresh, stdio: 'inherit' });
    renameSync(join(fresh, `keycloak-${version}`), home);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return home;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilReady(origin: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${origin}/realms/master`).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(500);
  }
  throw new Error('it took longer than 5 minutes');
}

async function end(child: ChildProcess): Promise<void> {
  const over = new Promise((resolve) => child.once('exit', resolve));
  if (killGroup(child)) await over;
}

/** Whether it was still there. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): boolean {
  if (pid === undefined || exitCode !== null || signalCode !== null) return false;
  return process.kill(-pid, 'SIGKILL');
}
