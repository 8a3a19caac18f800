/** A state as a file: read and checked whole, written in one step. Every failure names the file and what to do. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Failure } from '../core/failure.ts';
import { codeOf } from '../core/record.ts';
import type { StandIn } from './stand-in.ts';
import type { State } from './state.ts';
import { stateSchema } from './state-schema.ts';

/** JSON or YAML; what it leaves out is empty, or as a tenant is born. A Failure (config) where it is not a state. */
export async function loadState(file: string, standIns: readonly StandIn[]): Promise<State> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('config', `cannot read ${file}: ${codeOf(error) ?? error}; name a state in JSON or YAML`, {
      cause: error,
    });
  }
  const value = await parse(file, text);
  const validate = new Ajv({ useDefaults: true }).compile<State>(stateSchema(standIns));
  if (validate(value)) return value;
  const [first] = validate.errors ?? [];
  const extra: unknown = first?.params['additionalProperty'];
  const where = first?.instancePath === '' ? 'the state' : first?.instancePath;
  const what = typeof extra === 'string' ? `must not have the key ${JSON.stringify(extra)}` : first?.message;
  throw new Failure('config', `${file} is not a state of the sandbox: ${where} ${what}; correct it there`);
}

export function hasState(file: string): boolean {
  return existsSync(file);
}

/** Written beside the file and renamed: a reader sees the old state or the new one. Only the owner may read it. */
export function saveState(file: string, state: State): void {
  const beside = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(beside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new Failure(
      'config',
      `cannot save the state in ${file}: ${codeOf(error) ?? error}; choose another file with --state`,
      {
        cause: error,
      },
    );
  }
}

async function parse(file: string, text: string): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return JSON.parse(text);
    const { parse: parseYaml } = await import('yaml');
    return parseYaml(text, { logLevel: 'error' });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new Failure('config', `${file} is not valid ${file.endsWith('.json') ? 'JSON' : 'YAML'}: ${why}`, {
      cause: error,
    });
  }
}
