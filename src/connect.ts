/** Joins what the files want with how each provider is reached: targets that are ready to be read and written. */
import { createHash } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';
import type { ResolvedTarget, TargetConfig } from './config/config.ts';
import { fill } from './config/variables.ts';
import type { Identity } from './core/plan.ts';
import { createHttp, type Phase } from './http/client.ts';
import { createDispatcher, proxyOf } from './http/dispatcher.ts';
import type { Cost, Http } from './http/http.ts';
import type { Written } from './http/job.ts';
import type { Waiting } from './http/pause.ts';
import { createShared, type Shared } from './http/shared.ts';
import type { CommandIo } from './io.ts';
import type { Provider } from './providers/provider.ts';
import { concealed, declaredBy } from './providers/support/concealed.ts';
import type { BaseRoles, Target } from './reconcile.ts';
import { version } from './version.ts';

export interface Connection {
  readonly targets: readonly Target[];
  readonly cost: Readonly<Cost>;
  /** From here on requests of this target count as this phase's. */
  readonly enter: (phase: Phase, target: Target) => void;
  /** Called for each wait from here on; undefined: nothing is called. */
  readonly onWait: (tell: ((waiting: Waiting) => void) | undefined) => void;
  /** Called for each answer to a write from here on. */
  readonly onWritten: (tell: (target: Identity, written: Written) => void) => void;
  readonly close: () => Promise<void>;
}

export interface ConnectOptions {
  readonly io: Pick<CommandIo, 'environment' | 'signal' | 'now' | 'stderr' | 'conceal' | 'table'>;
  /** Requests in flight, all targets together. */
  readonly concurrency: number;
  readonly verbose: boolean;
  /** Certificate authorities to trust instead of those that Node trusts by itself, in PEM. */
  readonly authorities?: readonly string[];
  /** Milliseconds of requests and waits for one target. */
  readonly maxWait?: number;
  /** What the target is compared with. */
  readonly baseOf?: (target: TargetConfig) => BaseRoles | undefined;
}

/** Connects targets whose hosts and variables are checked. Sends nothing yet. */
export async function connect(resolved: readonly ResolvedTarget[], settings: ConnectOptions): Promise<Connection> {
  const named = resolved.map((target) => ({ ...target, shownAs: target.baseUrl }));
  return connectAll(named, settings);
}

/**
 * Connects targets to an embedded sandbox that has all their tenants. Plans made so read `sandbox:` where the base URL
 * stands, so that no approval of one fits a real target.
 */
export async function connectSandbox(targets: readonly TargetConfig[], settings: ConnectOptions): Promise<Connection> {
  const { startSandbox, believableState } = await import('./sandbox/sandbox.ts');
  const { io } = settings;
  const rooms = io.table.rooms.filter(({ manifest }) => targets.some((target) => target.manifest === manifest));
  const standIns = await Promise.all(rooms.map((room) => room.sandbox()));
  const { state, origin, close: stop } = await startSandbox({ standIns, state: believableState(standIns) });
  const reachable = targets.flatMap((config) => {
    const { tenant, place } = sandboxTenant(config, io.environment);
    return standIns
      .filter(({ name }) => name === config.provider)
      .map((standIn) => {
        const { path, auth } = standIn.issueCredentials(state, place, config.options);
        return { config, baseUrl: origin + path, shownAs: 'sandbox:', tenant, auth, secrets: Object.values(auth) };
      });
  });
  const connection = await connectAll(reachable, settings);
  return { ...connection, close: () => connection.close().finally(stop) };
}

/** The tenant that the file names, or a stable one of the sandbox's own where the file takes it from an unset variable. */
function sandboxTenant({ name, manifest, tenant }: TargetConfig, environment: CommandIo['environment']) {
  const mark = createHash('sha256').update(name).digest();
  if (tenant === undefined || manifest.tenant === undefined)
    return { tenant: '', place: `${manifest.place.one}-${mark.toString('hex').slice(0, 12)}` };
  const filled = fill(tenant.text, environment);
  const number = String(mark.readUInt32BE() % 100_000_000).padStart(8, '0');
  const value = filled.unset === undefined ? filled.value : manifest.tenant.sample.replace('########', number);
  return { tenant: value, place: value };
}

export function identityOf({
  config,
  baseUrl,
  tenant,
}: Pick<ResolvedTarget, 'config' | 'baseUrl' | 'tenant'>): Identity {
  return { name: config.name, provider: config.provider, baseUrl, tenant };
}

interface Reachable extends ResolvedTarget {
  readonly shownAs: string;
}

/** What all targets of a run have in common while they are connected. */
interface Lines {
  readonly dispatcher: Dispatcher;
  readonly cost: Cost;
  readonly global: LimitFunction;
  readonly shared: Shared;
  readonly phases: Map<string, Phase>;
  readonly isDeclared: (text: string) => boolean;
  tell: ((waiting: Waiting) => void) | undefined;
  note: ((target: Identity, written: Written) => void) | undefined;
}

async function connectAll(reachable: readonly Reachable[], settings: ConnectOptions): Promise<Connection> {
  const lines = openLines(reachable, settings);
  const targets = await Promise.all(
    reachable.map(async (target) => connectOne(target, await clientFor(target, settings), lines, settings)),
  );
  return {
    targets,
    cost: lines.cost,
    enter: (phase, { identity }) => lines.phases.set(identity.name, phase),
    onWait: (next) => {
      lines.tell = next;
    },
    onWritten: (next) => {
      lines.note = next;
    },
    close: () => lines.dispatcher.close(),
  };
}

function openLines(
  reachable: readonly Reachable[],
  { io: { environment }, concurrency, authorities }: ConnectOptions,
): Lines {
  return {
    isDeclared: declaredBy(reachable.flatMap(({ config }) => config.roles)),
    dispatcher: createDispatcher({ proxy: proxyOf(environment), ...(authorities && { authorities }) }),
    cost: { read: 0, written: 0, verified: 0, retried: 0 },
    global: pLimit(concurrency),
    shared: createShared(),
    phases: new Map(),
    tell: undefined,
    note: undefined,
  };
}

function connectOne(target: Reachable, provider: Provider, lines: Lines, settings: ConnectOptions): Target {
  const { config, baseUrl, shownAs, tenant, auth } = target;
  const { now, conceal = () => undefined } = settings.io;
  const identity = { ...identityOf({ config, baseUrl, tenant }), baseUrl: shownAs };
  for (const secret of target.secrets) conceal(secret);
  const http = telling(httpFor(target, provider, identity, lines, settings), conceal);
  const remoteOver = (line: Http) =>
    concealed(
      provider.connect({ baseUrl, tenant, auth, options: config.options, http: line, now }),
      lines.isDeclared,
      lines.shared.redaction.redactData,
    );
  const base = settings.baseOf?.(config);
  return {
    identity,
    provider,
    // A provider whose lines share what they know makes its own.
    remote: { paired: () => remoteOver(http.paired()), ...remoteOver(http) },
    desired: config.roles,
    unmanaged: config.unmanaged,
    deletesLimit: config.deletesLimit,
    unread: config.unread,
    ...(base && { base }),
  };
}

function httpFor(
  { config, secrets, tenant }: Reachable,
  { concurrency }: Provider,
  identity: Identity,
  lines: Lines,
  { io, maxWait, verbose }: ConnectOptions,
): Http {
  return createHttp({
    userAgent: `rolesync/${version}`,
    secrets,
    known: tenant,
    cost: lines.cost,
    phase: () => lines.phases.get(config.name) ?? 'plan',
    global: lines.global,
    ...concurrency,
    dispatcher: lines.dispatcher,
    shared: lines.shared,
    ...(maxWait !== undefined && { caps: { time: maxWait } }),
    onWait: (waiting) => lines.tell?.(waiting),
    onWritten: (written) => lines.note?.(identity, written),
    signal: io.signal,
    now: io.now,
    ...(verbose && { log: (line: string) => io.stderr.write(`${config.name}: ${line}\n`) }),
  });
}

function clientFor({ config }: Reachable, { io }: ConnectOptions): Promise<Provider> {
  const room = io.table.rooms.find(({ manifest }) => manifest === config.manifest);
  if (room === undefined) throw new Error(`the files were read with another table: it has ${config.provider}`);
  return room.client();
}

/** Who shows a log must know the tokens that are received, too. */
function telling(http: Http, conceal: (secret: string) => void): Http {
  return {
    ...http,
    paired: () => telling(http.paired(), conceal),
    conceal: (secret) => {
      http.conceal(secret);
      conceal(secret);
    },
  };
}
