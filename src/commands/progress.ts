/** A sign of life on standard error once a run has been silent for two seconds. */
import spinner from 'yocto-spinner';
import type { Io } from '../io.ts';

const silence = 2000;

export interface Progress {
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

/** Spins on a terminal, and leaves interrupts to whoever writes; elsewhere one line says what is taking its time. Always stop it. */
export function watch(io: Pick<Io, 'stderr'>, text: string): Progress {
  let latest = text;
  const spin = io.stderr.isTerminal ? spinner({ text, handleSignals: false }) : undefined;
  const timer = setTimeout(() => {
    if (spin === undefined) io.stderr.write(`${latest} …\n`);
    else spin.start(latest);
  }, silence);
  return {
    say: (now) => {
      latest = now;
      if (spin?.isSpinning) spin.text = now;
    },
    stop: () => {
      clearTimeout(timer);
      if (spin?.isSpinning) spin.stop();
    },
  };
}
