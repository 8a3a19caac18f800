/** The page's script: filters in, grids and lists out. It asks nothing of any server and keeps nothing. */
import type { PageData } from '../shape.ts';
import type { Filter, View } from '../view.ts';
import { spell, useEffects } from './effects.ts';
import { required } from './element.ts';
import { grid } from './grid.ts';
import { useInspector } from './inspector.ts';
import { useKeyboard } from './keyboard.ts';
import { blocksOf, usePrint } from './print.ts';
import { drawSheet, type Sheet, sheetsOf } from './sheet.ts';

const access = required('access', HTMLElement);
const tools = required('tools', HTMLElement);
const controls = {
  target: required('filter-target', HTMLSelectElement),
  role: required('filter-role', HTMLInputElement),
  permission: required('filter-permission', HTMLInputElement),
  changesOnly: required('changes-only', HTMLInputElement),
  clear: required('clear', HTMLButtonElement),
};
// Ours: the same build wrote it.
const sheets = sheetsOf(JSON.parse(document.getElementById('plan')?.textContent ?? '') as PageData);
const sheetAt = (node: EventTarget | null) =>
  sheets.find(({ scroller }) => node instanceof Node && scroller.contains(node));

const inspector = useInspector(access, required('inspector', HTMLElement), sheetAt);
useKeyboard(access, (node) => sheetAt(node)?.grid);
const sheetOf = (node: Node) => sheets.find(({ section }) => section.contains(node));
useEffects(access, sheetOf);
usePrint(
  (fold) => spell(fold, sheetOf),
  () => sheets.flatMap(printed),
);
tools.addEventListener('input', draw);
controls.clear.addEventListener('click', () => {
  controls.target.value = '';
  controls.role.value = '';
  controls.permission.value = '';
  draw();
  controls.role.focus();
});
for (const part of [tools, required('legend', HTMLElement)]) part.hidden = sheets.length === 0;
draw();

function draw(): void {
  const filter: Filter = {
    target: controls.target.value === '' ? null : Number(controls.target.value),
    role: controls.role.value,
    permission: controls.permission.value,
    changesOnly: controls.changesOnly.checked,
  };
  controls.clear.hidden = filter.target === null && filter.role.trim() === '' && filter.permission.trim() === '';
  inspector.clear();
  required('count', HTMLElement).textContent = counted(sheets.map((sheet) => drawSheet(sheet, filter)));
}

function counted(views: readonly View[]): string {
  const drawn = views.filter(({ rows, columns }) => rows.length > 0 && columns.length > 0);
  const total = (amount: (one: View) => number) => drawn.reduce((sum, one) => sum + amount(one), 0);
  const cells = total(({ rows, columns }) => rows.length * columns.length);
  if (cells === 0) return 'No cells shown';
  const many = (amount: number, what: string) => `${amount} ${what}${amount === 1 ? '' : 's'}`;
  const [rows, roles] = [total((one) => one.rows.length), total((one) => one.columns.length)];
  const targets = views.length === 1 ? '' : `, ${drawn.length} of ${views.length} targets`;
  const left = total((one) => one.left);
  const more = left === 0 ? '' : `; ${many(left, 'more role')}: filter to see them`;
  return `${many(cells, 'cell')} shown: ${many(rows, 'row')}, ${many(roles, 'role')}${targets}${more}`;
}

function printed({ grid: shown, scroller, matrix, cells }: Sheet): readonly { into: Element; blocks: HTMLElement[] }[] {
  if (shown === undefined) return [];
  const blocks = blocksOf(shown.view).map((part) => grid(matrix, cells, part, { lazy: false }).element);
  return [{ into: scroller, blocks }];
}
