/** `open.json`: what a run of apply hands to the next one. Read strictly, as whoever wrote it may have been somebody else. */
import { Failure } from '../core/failure.ts';
import { isCommitId } from './range.ts';

export interface Open {
  readonly formatVersion: 1;
  /** The commit up to which merged pull requests were looked at. */
  readonly through: string;
  /** The newest commit at which nothing was left to do but to repair drift. */
  readonly settled: string;
  /** Reviewed plans of which something is not done. */
  readonly plans: readonly OpenPlan[];
}

export interface OpenPlan {
  readonly pull: number;
  readonly head: string;
  /** Beside `open.json`. */
  readonly file: string;
}

export const openFile = 'open.json';

export function openName(commit: string): string {
  return `rolesync-open-${commit}`;
}

/** The name of a plan's file; the only one that `parseOpen` takes. */
export function planFileOf({ pull, head }: Pick<OpenPlan, 'pull' | 'head'>): string {
  return `${pull}-${head}.json`;
}

/** @throws Failure 'config' for anything but what `apply` writes. */
export function parseOpen(text: string): Open {
  const fields = fieldsOf(parse(text), ['formatVersion', 'plans', 'settled', 'through']);
  const { formatVersion, through, settled, plans } = fields;
  if (formatVersion !== 1 || !isCommitId(through) || !isCommitId(settled) || !Array.isArray(plans)) throw broken();
  const read = plans.map(parsePlan);
  if (new Set(read.map(({ file }) => file)).size < read.length) throw broken();
  return { formatVersion, through, settled, plans: read };
}

function parsePlan(value: unknown): OpenPlan {
  const { pull, head, file } = fieldsOf(value, ['file', 'head', 'pull']);
  if (!isPullNumber(pull) || !isCommitId(head) || file !== planFileOf({ pull, head })) throw broken();
  return { pull, head, file };
}

export function isPullNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken();
  }
}

/** Exactly these fields. */
export function fieldsOf<Name extends string>(value: unknown, names: readonly Name[]): Readonly<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken();
  const own = Object.keys(value).sort();
  if (own.length !== names.length || own.some((name, at) => name !== [...names].sort()[at])) throw broken();
  return value as Readonly<Record<Name, unknown>>;
}

function broken(): Failure {
  return new Failure('config', `${openFile} is not what \`apply\` writes`);
}
