/** `rolesync validate --online`: signs in to each target, reads its roles, and says what the identity may do. Writes nothing. */
import { Failure } from '../core/failure.ts';
import type { CommandIo } from '../io.ts';
import type { WriteAccess } from '../providers/provider.ts';
import type { Target } from '../reconcile.ts';
import { escapeUnsafe } from '../render/display.ts';
import { count } from '../render/style.ts';
import { type Ending, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { type Flags, withTargets } from './prepare.ts';
import { readingOnly } from './reading.ts';

interface Found {
  readonly target: string;
  readonly provider: string;
  /** Absent: it could not be read, and `error` says why. */
  readonly roles?: number;
  readonly writes?: WriteAccess['may'];
  readonly note?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Exit code 1 if a target cannot be signed in to or read; what an identity may not write is no error: reading is enough for a plan. */
export function validateOnline(paths: readonly string[], flags: Flags, io: CommandIo): Promise<Ending> {
  return withTargets(paths, flags, io, async (run) => {
    const { targets } = readingOnly(run).connection;
    const found: readonly Found[] = [
      ...(await Promise.all(targets.map(look))),
      ...run.apart.map(({ name, provider, error }) => ({ target: name, provider, error })),
    ];
    if (flags.format === 'json') writeJson({ formatVersion: 1, targets: found }, io);
    else {
      const { paint } = styleFor(io.stdout, flags, io);
      const lines = found.map((one) => {
        const mark = one.error === undefined ? paint('green', '✓') : paint('red', '✗');
        return `${mark} ${paint('bold', escapeUnsafe(one.target))}  ${escapeUnsafe(accessText(one))}`;
      });
      io.stdout.write(`${lines.join('\n')}\n`);
    }
    return { exitCode: found.some(({ error }) => error !== undefined) ? exitCodes.error : exitCodes.done };
  });
}

async function look({ identity: { name, provider }, remote }: Target): Promise<Found> {
  const about = { target: name, provider };
  try {
    const roles = (await remote.list()).length;
    const { may, note } = (await remote.writeAccess?.()) ?? { may: 'unknown', note: '' };
    return { ...about, roles, writes: may, note };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...about, error: { code: error.code, message: error.message } };
  }
}

const writes: Readonly<Record<WriteAccess['may'], string>> = {
  yes: 'may write roles',
  some: 'may write only some of it',
  no: 'may not write roles',
  unknown: 'unknown whether it may write',
};

function accessText({ roles = 0, writes: may = 'unknown', note = '', error }: Found): string {
  if (error !== undefined) return error.message;
  return `signed in, reads ${count(roles, 'role')}; ${writes[may]}${note === '' ? '' : `: ${note}`}`;
}
