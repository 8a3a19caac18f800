/** `rolesync sandbox`: serves the stand-ins until it is interrupted, says how to reach them, and logs every request. */

import { variableFor } from '../config/variables.ts';
import { shown } from '../core/text.ts';
import type { Rooms } from '../providers/room.ts';
import { believableState, type SandboxRequest, type State, startSandbox } from '../sandbox/sandbox.ts';
import type { StandIn } from '../sandbox/stand-in.ts';
import { hasState, loadState, saveState } from '../sandbox/state-file.ts';
import type { Table } from '../table.ts';

export interface SandboxFlags {
  readonly port?: number;
  /** Milliseconds. */
  readonly latency?: number;
  readonly seed?: string;
  readonly state?: string;
  /** The switches of the manifests. */
  readonly [name: string]: unknown;
}

interface SandboxIo {
  /** One line for standard output. */
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
  readonly table: Pick<Table, 'rooms'>;
}

/** Resolves when `signal` aborts; a Failure (config) where the port, the seed or the state file does not serve. */
export async function sandbox(flags: SandboxFlags, { write, signal, table }: SandboxIo): Promise<void> {
  const standIns = await Promise.all(table.rooms.map((room) => room.sandbox()));
  const state = await stateOf(flags, standIns);
  for (const one of standIns) one.configure(state, flags);
  const entries = await loginsOf(table.rooms, state);
  const save = () => {
    if (flags.state !== undefined) saveState(flags.state, state);
  };
  save();
  const unsaved = new AbortController();
  const server = await startSandbox({
    standIns,
    port: flags.port ?? 4010,
    latency: flags.latency ?? 0,
    state,
    onRequest: (request) => write(logLine(request)),
    onWrite: () => {
      try {
        save();
      } catch (error) {
        unsaved.abort(error);
        throw error;
      }
    },
  });
  for (const line of introduction(server.origin, flags.state, entries)) write(line);
  try {
    await aborted(AbortSignal.any([signal, unsaved.signal]));
  } finally {
    await server.close();
  }
  unsaved.signal.throwIfAborted();
  save();
}

async function stateOf({ state, seed }: SandboxFlags, standIns: readonly StandIn[]): Promise<State> {
  if (state !== undefined && hasState(state)) return loadState(state, standIns);
  return seed === undefined ? believableState(standIns) : loadState(seed, standIns);
}

interface SandboxLogin {
  /** 'Acme, account T11112222' */
  readonly title: string;
  /** The first of its API. */
  readonly first: boolean;
  /** By variable, as the example role files name them; the base URL without its origin. */
  readonly variables: Readonly<Record<string, string>>;
  readonly baseUrl: readonly [variable: string, path: string];
}

async function loginsOf(rooms: Rooms, state: State): Promise<readonly SandboxLogin[]> {
  const entries = await Promise.all(
    rooms.map(async ({ manifest, sandbox: standIn }) =>
      (await standIn()).logins(state).map(({ title, tenant, path, auth }, at): SandboxLogin => {
        const named = { ...(manifest.tenant && tenant !== undefined && { [manifest.tenant.key]: tenant }), ...auth };
        const variables = Object.entries(named).map(([key, value]) => [variableFor(manifest, key), value] as const);
        return {
          title: `${manifest.title}, ${title}`,
          first: at === 0,
          variables: Object.fromEntries(variables),
          baseUrl: [variableFor(manifest, 'baseUrl'), path],
        };
      }),
    ),
  );
  return entries.flat();
}

/** The first tenant of each API ready to paste, the others as comments. */
function introduction(origin: string, file: string | undefined, entries: readonly SandboxLogin[]): readonly string[] {
  const kept = file === undefined ? 'in memory' : `in ${shown(file, 300)}`;
  const blocks = entries.flatMap(({ title, baseUrl: [baseUrl, path], variables, first }) => [
    '',
    `# ${shown(title, 300)}`,
    ...Object.entries({ ...variables, [baseUrl]: origin + path }).map(
      ([name, value]) => `${first ? '' : '# '}export ${name}=${quoted(shown(value, 300))}`,
    ),
  ]);
  return [`# The sandbox listens on ${origin}, its state is ${kept}; press Ctrl+C to stop.`, ...blocks, ''];
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function logLine({ api, method, path, query, status, arrived, answered }: SandboxRequest): string {
  const search = new URLSearchParams(query).toString();
  const time = new Date().toISOString().slice(11, 23);
  const target = shown(search === '' ? path : `${path}?${search}`, 300);
  const result = status === 0 ? 'dropped' : String(status);
  return `${time}  ${api.padEnd(10)}  ${method.padEnd(6)}  ${target}  ${result}  ${Math.round(answered - arrived)} ms`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
