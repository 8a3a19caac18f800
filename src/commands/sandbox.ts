/** `rolesync sandbox`: serves the stand-ins until it is interrupted, says how to reach them, and logs every request. */
import { shown } from '../core/text.ts';
import { credentials } from '../sandbox/credentials.ts';
import { believableState, type SandboxRequest, type State, startSandbox } from '../sandbox/sandbox.ts';
import { hasState, loadState, saveState } from '../sandbox/state-file.ts';

export interface SandboxFlags {
  readonly port?: number;
  /** Milliseconds. */
  readonly latency?: number;
  readonly seed?: string;
  readonly state?: string;
  readonly rateLimit?: boolean;
  /** Default: true. */
  readonly licence?: boolean;
}

interface SandboxIo {
  /** One line for standard output. */
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves when `signal` aborts; a Failure (config) where the port, the seed or the state file does not serve. */
export async function sandbox(flags: SandboxFlags, { write, signal }: SandboxIo): Promise<void> {
  const state = await stateOf(flags);
  configure(state, flags);
  const entries = credentials(state);
  const save = () => {
    if (flags.state !== undefined) saveState(flags.state, state);
  };
  save();
  const unsaved = new AbortController();
  const server = await startSandbox({
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

async function stateOf({ state, seed }: SandboxFlags): Promise<State> {
  if (state !== undefined && hasState(state)) return loadState(state);
  return seed === undefined ? believableState() : loadState(seed);
}

/** The robots are admins, whom the limiter spares by default: with it on, being an admin does not help. */
function configure(state: State, { rateLimit, licence }: SandboxFlags): void {
  for (const workspace of Object.values(state.rocketchat.workspaces)) {
    if (licence === false) workspace.customRoles = false;
    if (rateLimit !== true) continue;
    workspace.rateLimit = { calls: 10, windowMs: 60_000 };
    const { permissions } = workspace;
    permissions.forEach((row, at) => {
      const roles = row.roles.filter((role) => role !== 'admin');
      if (row._id === 'api-bypass-rate-limit') permissions[at] = { ...row, roles };
    });
  }
}

/** The first tenant of each API ready to paste, the others as comments. */
function introduction(
  origin: string,
  file: string | undefined,
  entries: ReturnType<typeof credentials>,
): readonly string[] {
  const kept = file === undefined ? 'in memory' : `in ${shown(file, 300)}`;
  const blocks = entries.flatMap(({ title, path, variables, first }) => [
    '',
    `# ${shown(title, 300)}`,
    ...Object.entries({ ...variables, ...path }).map(([name, value]) => {
      const text = shown(name.endsWith('_BASE_URL') ? `${origin}${value}` : value, 300);
      return `${first ? '' : '# '}export ${name}=${quoted(text)}`;
    }),
  ]);
  return [`# The sandbox listens on ${origin}, its state is ${kept}; Ctrl+C ends it.`, ...blocks, ''];
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
