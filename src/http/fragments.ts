/** Finds pieces of known texts in other text, whole or cut at either end: every run of so many characters is known. */
import { createRuns, type Runs } from './runs.ts';

/** A run of that many characters tells a piece of a text from chance. */
export interface Fragments {
  readonly add: (text: string, size: number) => void;
  /** A piece that is also in this text tells nothing. */
  readonly except: (text: string) => void;
  /** Marks every code unit of `text` that lies in a piece. */
  readonly find: (text: string, found: (start: number, end: number) => void) => void;
}

export function createFragments(): Fragments {
  const bySize = new Map<number, Runs>();
  const open: string[] = [];
  return {
    add: (text, size) => {
      const runs = bySize.get(size) ?? createRuns(size);
      bySize.set(size, runs);
      runs.add(fold(text));
    },
    except: (text) => {
      if (!open.includes(fold(text))) open.push(fold(text));
    },
    find: (text, found) => {
      const folded = fold(text);
      for (const [size, runs] of bySize) {
        let [start, end] = [0, 0];
        runs.find(folded, (at, whole) => {
          // What is the whole of a text is never excepted.
          if (!whole && open.some((one) => one.includes(folded.slice(at, at + size)))) return;
          if (at > end && end > 0) found(start, end);
          if (at > end || end === 0) start = at;
          end = at + size;
        });
        if (end > 0) found(start, end);
      }
    },
  };
}

/** Upper and lower case are one, as hex and escapes are written either way; so are `+` and a space, as forms write it. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  const same = lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
  return same.replaceAll('\u03c2', '\u03c3').replaceAll('+', ' ');
}
