/** A sandbox with one tenant of one provider, connected; everything ends with the test. */
import { onTestFinished } from 'vitest';
import type { Origin } from '../../src/core/change.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../support/sandbox.ts';
import { type Connected, type ConnectOptions, connectTo, type Tenant } from './connect.ts';
import type { Setup } from './setups.ts';

export interface World extends Connected {
  readonly sandbox: Sandbox;
  readonly tenant: Tenant;
  /** A second connection, with other settings or other credentials. */
  readonly connect: (options?: ConnectOptions, auth?: Tenant['auth']) => Connected;
  /** 'GET /v1/roles' for every request since the last call. */
  readonly log: () => readonly string[];
}

export const origin: Origin = { cause: 'file', source: null };

export async function enter(
  setup: Setup,
  options: SandboxOptions = {},
  connecting: ConnectOptions = {},
): Promise<World> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  const tenant = setup.admit(sandbox.state);
  const connect: World['connect'] = (more = connecting, auth = tenant.auth) => {
    const connected = connectTo(setup.provider, sandbox, { ...tenant, auth }, more);
    onTestFinished(connected.close);
    return connected;
  };
  let told = 0;
  const log = () => {
    const lines = sandbox.requests.slice(told).map(({ method, path }) => `${method} ${path}`);
    told = sandbox.requests.length;
    return lines;
  };
  return { sandbox, tenant, connect, log, ...connect() };
}
