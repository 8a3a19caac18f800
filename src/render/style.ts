/** Colour for a terminal, or none; and lines that wrap its width. */
import { inspect } from 'node:util';
import { wrapAnsi } from 'fast-wrap-ansi';

export type Tint = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export interface Style {
  readonly paint: (tint: Tint, text: string) => string;
  /** Wraps at words to the width of the page; every line starts with the indent, later ones `hang` further in. */
  readonly wrap: (text: string, indent: number, hang?: number) => string;
}

export function style(colour: boolean, width: number): Style {
  return {
    paint: (tint, text) => (colour ? painted(tint, text) : text),
    wrap: (text, indent, hang = 0) => {
      const room = Math.max(20, width - indent - hang);
      // Most lines are short and plain, and there may be a hundred thousand of them.
      if (text.length <= room && plain.test(text)) return ' '.repeat(indent) + text;
      const [first = '', ...rest] = wrapAnsi(text, room, { hard: true, trim: true }).split('\n');
      const pad = ' '.repeat(indent);
      return [pad + first, ...rest.map((line) => pad + ' '.repeat(hang) + line)].join('\n');
    },
  };
}

/** As many columns as characters, and nothing at its ends that would be trimmed. */
const plain = /^[!-~](?:[ -~]*[!-~])?$/;

/** Newer versions of Node have `styleText` ask standard output first; who paints here has decided already. */
function painted(tint: Tint, text: string): string {
  const [open, close] = inspect.colors[tint] ?? [0, 0];
  return `\u001b[${open}m${text}\u001b[${close}m`;
}

/** `1 role`, `2 roles`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
