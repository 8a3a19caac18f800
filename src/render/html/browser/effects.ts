/** Lists the permissions of a change where the page only counts them, when its fold is opened: from the matrix, the worst first. */
import type { Mark, Matrix } from '../shape.ts';
import { element } from './element.ts';
import type { Sheet } from './sheet.ts';

/** `sheetOf` says which target a part of the page belongs to. */
export function useEffects(root: HTMLElement, sheetOf: (node: Node) => Sheet | undefined): void {
  // `toggle` does not bubble.
  root.addEventListener('toggle', ({ target }) => target instanceof HTMLDetailsElement && spell(target, sheetOf), true);
}

/** Also for those that are to be printed. */
export function spell(fold: HTMLDetailsElement, sheetOf: (node: Node) => Sheet | undefined): void {
  const kind = fold.dataset['effects'];
  if (kind === undefined || !fold.open || fold.querySelector('ul') !== null) return;
  const matrix = sheetOf(fold)?.matrix;
  const column = Number(fold.closest<HTMLElement>('[data-column]')?.dataset['column']);
  const states = kind === 'withheld' ? (['withheld-add', 'withheld-remove'] as const) : (['added', 'removed'] as const);
  const marks = matrix?.roles[column]?.marks ?? [];
  if (matrix === undefined) return;
  const items = states.flatMap((state) =>
    marks
      .filter(([, marked]) => marked === state)
      .sort(([a], [b]) => a - b)
      .map((mark) => item(matrix, mark)),
  );
  fold.append(element('ul', { class: 'effects' }, ...items));
}

function item({ rows }: Matrix, [at, state, drift]: Mark): HTMLElement {
  const row = rows[at];
  const gains = state === 'added' || state === 'withheld-add';
  return element(
    'li',
    { class: gains ? 'added' : 'removed' },
    element('span', { class: 'sign' }, gains ? '+' : '−'),
    gains ? ' gains ' : ' loses ',
    element('code', {}, row?.text ?? ''),
    ' ',
    element('span', { class: `badge ${row?.kind ?? ''}` }, row?.kind ?? ''),
    ...(drift === 1 ? [' ', element('span', { class: 'badge drift' }, 'drift')] : []),
    ...(row?.phrase ? [' ', element('span', { class: 'aside' }, row.phrase)] : []),
  );
}
