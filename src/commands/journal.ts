/** The log of an apply: one JSON line before and one after every write, on disk before the request leaves. Never holds a secret. */
import { createHash } from 'node:crypto';
import { fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { canonical } from '../core/canonical.ts';
import { type Change, type Part, partKey, parts } from '../core/change.ts';
import { Failure } from '../core/failure.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Identity } from '../core/plan.ts';
import type { Role } from '../core/role.ts';
import type { Journal } from '../execute.ts';
import type { Written } from '../http/job.ts';
import type { Io } from '../io.ts';

export interface OpenJournal {
  /** `digest`: of the plan that is applied. */
  readonly of: (digest: string) => (target: Identity) => Journal;
  /** Notes what the provider answered to one write, with the id it gave the request. */
  readonly answered: (target: Identity, written: Written) => void;
  /** Whether an earlier run wrote this effect after that moment, as the lines say that were in the file before this run. */
  readonly isSpent: (target: Identity, change: Change, part: Part, since: string) => boolean;
}

/** @throws Failure before anything is planned, where the file cannot be read or written or is no such log. */
export function openJournal(path: string, { cwd, now }: Pick<Io, 'cwd' | 'now'>): OpenJournal {
  const file = resolve(cwd, path);
  const text = earlier(path, file);
  const spent = spentKeys(path, text);
  const write = appender(path, file, text === '' || text.endsWith('\n') ? '' : '\n');
  return {
    isSpent: (target, change, part, since) => (spent.get(effectKey(target, change, part)) ?? '') > since,
    answered: ({ name }, written) => {
      try {
        write({ at: new Date(now()).toISOString(), event: 'answer', target: name, ...written });
      } catch (error) {
        // The write is done, and its outcome matters more than this line; nothing further is written without the log.
        if (!(error instanceof Failure)) throw error;
      }
    },
    of: (digest) => (target) => {
      const line = (event: 'before' | 'after', change: Change, outcome?: Outcome) =>
        write({ at: new Date(now()).toISOString(), event, ...entryOf(target, change, outcome), plan: digest });
      return {
        before: (change) => line('before', change),
        after: (outcome, change) => line('after', change, outcome),
      };
    },
  };
}

function entryOf({ name, provider, baseUrl, tenant }: Identity, change: Change, outcome: Outcome | undefined) {
  const { action, role, grants, revokes, fields, drops } = change;
  return {
    target: { name, provider, baseUrl, tenant },
    role,
    id: outcome?.id ?? change.id,
    action,
    effects: { grants, revokes, fields, drops },
    parts: parts(change).map(partKey),
    before: digestOf(change.before),
    after: digestOf(change.after),
    ...(outcome && { status: outcome.status }),
    ...(outcome?.error && { error: outcome.error }),
  };
}

function digestOf(role: Role | null): string | null {
  return role && `sha256:${createHash('sha256').update(canonical(role)).digest('hex')}`;
}

function earlier(path: string, file: string): string {
  try {
    // A device may have no end, and a pipe no beginning.
    if (!statSync(file).isFile())
      throw new Failure('config', `the log ${path} is not a regular file; name another one`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (codeOf(error) === 'ENOENT') return '';
    throw new Failure('config', `the log ${path} cannot be read: ${codeOf(error)}`, { cause: error });
  }
}

function appender(path: string, file: string, start: string): (entry: object) => void {
  const attempt = <Value>(work: () => Value): Value => {
    try {
      return work();
    } catch (error) {
      throw new Failure(
        'config',
        `the log ${path} cannot be written: ${codeOf(error)}; nothing is written without it`,
        {
          cause: error,
        },
      );
    }
  };
  const descriptor = attempt(() => openSync(file, 'a', 0o600));
  attempt(() => writeSync(descriptor, start));
  return (entry) =>
    attempt(() => {
      writeSync(descriptor, `${JSON.stringify(entry)}\n`);
      // A device or a pipe has nothing to flush.
      try {
        fsyncSync(descriptor);
      } catch (error) {
        if (codeOf(error) !== 'EINVAL') throw error;
      }
    });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** What was written, and when last: times of one format sort as text. */
function spentKeys(path: string, text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  return new Map(
    lines.flatMap((line, at) => {
      if (line === '') return [];
      const entry = parse(line);
      // A run that was killed can leave half a line, and the next one continues below it.
      if (entry === undefined && at > 0) return [];
      if (entry === undefined)
        throw new Failure('config', `the log ${path} is not a rolesync log: line ${at + 1} is not one of its lines`);
      return entry.keys.map((key) => [key, entry.at] as const);
    }),
  );
}

function parse(line: string): { readonly at: string; readonly keys: readonly string[] } | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (!isRecord(entry)) return undefined;
    const at = entry['at'];
    if (typeof at !== 'string') return undefined;
    if (entry['event'] === 'answer') return { at, keys: [] };
    if (!isRecord(entry['target']) || !Array.isArray(entry['parts'])) return undefined;
    if (entry['event'] !== 'after' || entry['status'] !== 'done') return { at, keys: [] };
    // A role that was created is known by its name: the plan that created it had no id for it.
    const of = entry['action'] === 'create' ? entry['role'] : entry['id'];
    return { at, keys: entry['parts'].map((part) => JSON.stringify([canonical(entry['target']), of, part])) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function effectKey({ name, provider, baseUrl, tenant }: Identity, change: Change, part: Part): string {
  const target = canonical({ name, provider, baseUrl, tenant });
  return JSON.stringify([target, change.action === 'create' ? change.role : change.id, partKey(part)]);
}
