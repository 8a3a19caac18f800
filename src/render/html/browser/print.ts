/** On paper nothing scrolls: every shown matrix is drawn whole, in blocks of columns that fit a page, and every fold opens. */
import type { View } from '../view.ts';

/** Columns that fit the width of a page in landscape. */
const block = 36;

/** `openFold` fills a fold that has just been opened. `draw` makes one block; it is asked at the moment of printing, for what the filters show then. */
export function usePrint(
  openFold: (fold: HTMLDetailsElement) => void,
  draw: () => readonly { readonly into: Element; readonly blocks: readonly HTMLElement[] }[],
): void {
  let undo: (() => void) | undefined;
  const prepare = () => {
    if (undo !== undefined) return;
    const folds = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const fold of folds) {
      fold.open = true;
      openFold(fold);
    }
    const sheets = draw().map(({ into, blocks }) => {
      const sheet = document.createElement('div');
      sheet.className = 'paper';
      sheet.append(...blocks);
      into.append(sheet);
      return sheet;
    });
    undo = () => {
      for (const sheet of sheets) sheet.remove();
      for (const fold of folds) fold.open = false;
    };
  };
  const restore = () => {
    undo?.();
    undo = undefined;
  };
  addEventListener('beforeprint', prepare);
  addEventListener('afterprint', restore);
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? prepare() : restore()));
}

export function blocksOf({ rows, columns }: View): readonly View[] {
  const starts = columns.flatMap((_, index) => (index % block === 0 ? [index] : []));
  return starts.map((start) => ({ rows, columns: columns.slice(start, start + block), left: 0 }));
}
