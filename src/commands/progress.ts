/** A sign of life on standard error: once a run has been silent for two seconds, and while it waits for a provider. */
import spinner from 'yocto-spinner';
import type { Connection } from '../connect.ts';
import type { Io } from '../io.ts';

const silence = 2000;

export interface Progress {
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

type Tell = NonNullable<Parameters<Connection['onWait']>[0]>;

/** Spins on a terminal, and leaves interrupts to whoever writes; elsewhere one line says what is taking its time. Always stop it. */
export function watch(io: Pick<Io, 'stderr'>, text: string, { onWait }: Pick<Connection, 'onWait'>): Progress {
  const { say, tell, stop } = io.stderr.isTerminal ? spinning(text) : lines(io, text);
  onWait(tell);
  return {
    say,
    stop: () => {
      onWait(undefined);
      stop();
    },
  };
}

interface Display extends Progress {
  readonly tell: Tell;
}

function spinning(text: string): Display {
  let latest = text;
  let waiting: Parameters<Tell>[0] | undefined;
  const spin = spinner({ text, handleSignals: false });
  const timer = setTimeout(() => spin.start(latest), silence);
  const show = () => {
    const shown = waiting === undefined ? latest : waitText(waiting);
    if (spin.isSpinning) spin.text = shown;
    else if (waiting !== undefined) spin.start(shown);
  };
  return {
    say: (now) => {
      latest = now;
      show();
    },
    tell: (wait) => {
      waiting = wait;
      show();
      void wait.over.then(() => {
        if (waiting === wait) waiting = undefined;
        if (spin.isSpinning) show();
      });
    },
    stop: () => {
      clearTimeout(timer);
      if (spin.isSpinning) spin.stop();
    },
  };
}

function lines({ stderr }: Pick<Io, 'stderr'>, text: string): Display {
  let latest = text;
  const timer = setTimeout(() => stderr.write(`${latest} …\n`), silence);
  return {
    say: (now) => {
      latest = now;
    },
    tell: (wait) => stderr.write(`${waitText(wait)}\n`),
    stop: () => clearTimeout(timer),
  };
}

function waitText({ seconds, host, why }: Parameters<Tell>[0]): string {
  return `waiting ${seconds} s for ${host} (${why})`;
}
