/** A stream of the process that never throws: what it does not take is lost, and the end of the run can say so. */
import type { Output } from './io.ts';

export interface GuardedOutput extends Output {
  /** Runs what writes to the stream by itself. */
  readonly attempt: (write: () => void) => void;
  /** Why something was lost, for a message; undefined: nothing was, or only because nobody was reading any more. */
  readonly loss: () => string | undefined;
}

/** `title` begins the message: 'standard output'. `onLoss` is called once, at the first loss. */
export function guarded(
  stream: NodeJS.WriteStream,
  title: string,
  onLoss: () => void = () => undefined,
): GuardedOutput {
  let lost: string | undefined;
  // A file throws at once on some versions of Node, everything else tells later; neither may end the run in the middle.
  const lose = (error: unknown) => {
    const code = codeOf(error);
    // `rolesync apply | head` has read what it wanted.
    if (code === 'EPIPE' || lost !== undefined) return;
    lost = `${title} cannot be written: ${reasons[code] ?? 'the write failed'} (${code})`;
    onLoss();
  };
  const attempt = (write: () => void) => {
    if (lost !== undefined) return;
    try {
      write();
    } catch (error) {
      lose(error);
    }
  };
  stream.on('error', lose);
  return {
    write: (text) => attempt(() => void stream.write(text)),
    isTerminal: stream.isTTY === true,
    columns: stream.columns ?? 80,
    attempt,
    loss: () => lost,
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file is too large',
  EBADF: 'it is closed',
};

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'unknown';
}
