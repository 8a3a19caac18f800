/** The sandbox with the stand-ins that are shipped, each part of its state with its own type. */
import { dinteroSandbox } from '../../src/providers/dintero/sandbox/index.ts';
import type { Dintero } from '../../src/providers/dintero/sandbox/state.ts';
import { keycloakSandbox } from '../../src/providers/keycloak/sandbox/index.ts';
import type { Keycloak } from '../../src/providers/keycloak/sandbox/state.ts';
import { rinneSandbox } from '../../src/providers/rinne/sandbox/index.ts';
import type { Rinne } from '../../src/providers/rinne/sandbox/state.ts';
import { rocketchatSandbox } from '../../src/providers/rocketchat/sandbox/index.ts';
import type { RocketChat } from '../../src/providers/rocketchat/sandbox/state.ts';
import * as general from '../../src/sandbox/sandbox.ts';
import type { Credentials } from '../../src/sandbox/stand-in.ts';
import { loadState as load } from '../../src/sandbox/state-file.ts';

export { issueCredentials as issueDintero } from '../../src/providers/dintero/sandbox/credentials.ts';
export { issueCredentials as issueKeycloak } from '../../src/providers/keycloak/sandbox/credentials.ts';
export { issueCredentials as issueRinne } from '../../src/providers/rinne/sandbox/credentials.ts';
export { issueCredentials as issueRocketChat } from '../../src/providers/rocketchat/sandbox/credentials.ts';
export type { Interception, SandboxRequest } from '../../src/sandbox/sandbox.ts';
export { saveState } from '../../src/sandbox/state-file.ts';

export const standIns = [dinteroSandbox, keycloakSandbox, rinneSandbox, rocketchatSandbox];

export type State = { dintero: Dintero; keycloak: Keycloak; rinne: Rinne; rocketchat: RocketChat };
export interface Sandbox extends general.Sandbox {
  readonly state: State;
}
export type SandboxOptions = Omit<general.SandboxOptions, 'standIns' | 'state' | 'onWrite'> & {
  readonly state?: State;
  readonly onWrite?: (state: State) => void;
};

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { state = emptyState(), onWrite } = options;
  const told = { onWrite: () => onWrite?.(state) };
  return { ...(await general.startSandbox({ ...options, ...told, state, standIns })), state };
}

export function emptyState(): State {
  return general.emptyState(standIns) as State;
}

export function believableState(): State {
  return general.believableState(standIns) as State;
}

export async function loadState(file: string): Promise<State> {
  return (await load(file, standIns)) as State;
}

/** By the name of the stand-in. */
export function issue(state: State, provider: keyof State, tenant: string): Credentials {
  const standIn = standIns.find(({ name }) => name === provider);
  if (standIn === undefined) throw new Error(`no stand-in is called ${provider}`);
  return standIn.issueCredentials(state, tenant);
}
