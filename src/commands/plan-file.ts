/** Saved plans: written whole or not at all, and taken back only if they are what they were saved as. */
import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { validate } from '../config/generated/plan-schema.js';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import { codeOf, isRecord } from '../core/record.ts';
import { faultInPlan } from '../core/review/reviewed-plan.ts';

const largest = 64 * 1024 * 1024;

/** @throws Failure where the file cannot be written; what stood there before then still stands there. */
export function savePlan(path: string, plan: Plan, cwd: string): void {
  const file = target(path, cwd);
  // A name of its own: one that a killed run left behind must not stand in the way.
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(plan, null, 2)}\n`, { flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Failure('config', `the plan cannot be saved as ${path}: ${wordsOf(error)}`, { cause: error });
  }
}

/** Through links: the plan is saved where the link leads. Only a regular file, or nothing, may stand there. */
function target(path: string, cwd: string): string {
  const file = resolve(cwd, path);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return file;
  try {
    const real = realpathSync(file);
    if (statSync(real).isFile()) return real;
  } catch (error) {
    throw new Failure('config', `the plan cannot be saved as ${path}: ${wordsOf(error)}`, { cause: error });
  }
  throw new Failure('config', `the plan cannot be saved as ${path}: it is not a regular file; name another file`);
}

/** @throws Failure that says what is wrong with the file: unreadable, broken, edited, or of another format. */
export function readPlan(path: string, cwd: string): Plan {
  return parsePlan(path, read(path, cwd));
}

/** `path` is what messages call it. @throws Failure that says what is wrong with it. */
export function parsePlan(path: string, text: string): Plan {
  const plan = parse(path, text);
  const fault = faultInPlan(plan);
  if (fault !== undefined)
    throw new Failure('config', `${path}: the plan ${fault}; create a new one with \`plan --out\``);
  return plan;
}

function read(path: string, cwd: string): string {
  try {
    const file = resolve(cwd, path);
    const stat = statSync(file);
    if (!stat.isFile()) throw new Failure('config', `${path} is not a regular file`);
    if (stat.size > largest)
      throw new Failure('config', `${path} is larger than ${largest / 1024 / 1024} MiB, too large for a plan`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('config', `the plan ${path} cannot be read: ${wordsOf(error)}`, { cause: error });
  }
}

function parse(path: string, text: string): Plan {
  const document = parseJson(path, text);
  const version = isRecord(document) ? document['formatVersion'] : undefined;
  if (typeof version === 'number' && version !== 2) {
    throw new Failure(
      'config',
      `${path} has plan format ${version}, and this rolesync reads format 2: create a new plan with \`plan --out\` (docs/upgrade.md)`,
    );
  }
  if (validate(document)) return document;
  const [first] = validate.errors ?? [];
  const where = first?.instancePath === '' || first === undefined ? 'at the top' : `at ${first.instancePath}`;
  throw new Failure(
    'config',
    `${path} is not a saved plan: ${first?.keyword ?? 'shape'} ${where}; create one with \`plan --out\``,
  );
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('config', `${path} is not a saved plan: it is not JSON; create one with \`plan --out\``, {
      cause: error,
    });
  }
}

function wordsOf(error: unknown): string {
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'its folder is a file',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
  };
  return known[codeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
}
