/** Finds pieces of known texts in other text, whole or cut at either end: every run of so many characters is known. */

/** A run of that many characters tells a piece of a text from chance. */
export interface Fragments {
  readonly add: (text: string, size: number) => void;
  /** A piece that stands in this text as well tells nothing. */
  readonly except: (text: string) => void;
  /** Marks every code unit of `text` that lies in a piece. */
  readonly find: (text: string, found: (start: number, end: number) => void) => void;
}

interface Runs {
  /** Each piece, and whether it is the whole of a text: that is never excepted. */
  readonly known: Map<string, boolean>;
  /** By a hash of four characters: most places are passed over without cutting a piece out. */
  readonly heads: Uint8Array;
}

const HEADS = 1 << 16;

export function createFragments(): Fragments {
  const bySize = new Map<number, Runs>();
  const open: string[] = [];
  return {
    add: (text, size) => {
      const folded = fold(text);
      const runs = bySize.get(size) ?? { known: new Map<string, boolean>(), heads: new Uint8Array(HEADS) };
      bySize.set(size, runs);
      for (let at = 0; at + size <= folded.length; at += 1) {
        const piece = folded.slice(at, at + size);
        runs.known.set(piece, folded.length === size || runs.known.get(piece) === true);
        runs.heads[headOf(folded, at)] = 1;
      }
    },
    except: (text) => {
      if (!open.includes(fold(text))) open.push(fold(text));
    },
    find: (text, found) => {
      const tells = (piece: string, whole: boolean | undefined) =>
        whole === true || (whole === false && !open.some((one) => one.includes(piece)));
      const folded = fold(text);
      for (const [size, { known, heads }] of bySize) {
        let [start, end] = [0, 0];
        for (let at = 0; at + size <= folded.length; at += 1) {
          if (heads[headOf(folded, at)] === 0) continue;
          const piece = folded.slice(at, at + size);
          if (!tells(piece, known.get(piece))) continue;
          if (at > end && end > 0) found(start, end);
          if (at > end || end === 0) start = at;
          end = at + size;
        }
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

function headOf(text: string, at: number): number {
  const [a, b] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  const [c, d] = [text.charCodeAt(at + 2), text.charCodeAt(at + 3)];
  return (((a * 31 + b) * 31 + c) * 31 + d) % HEADS;
}
