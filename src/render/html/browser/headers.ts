/** The headers of a grid: roles across the top, permissions down the side. */
import type { Matrix, MatrixRole, MatrixRow } from '../shape.ts';
import type { View } from '../view.ts';
import { element } from './element.ts';

/** The row of roles. */
export function heading({ roles }: Matrix, { columns }: View): HTMLElement {
  const corner = element('div', { role: 'columnheader', class: 'corner', 'aria-colindex': '1' }, 'Permission');
  const headers = columns.flatMap((column, at) => {
    const role = roles[column];
    return role === undefined ? [] : [roleHeader(role, at)];
  });
  return element('div', { role: 'row', class: 'heading', 'aria-rowindex': '1' }, corner, ...headers);
}

function roleHeader(role: MatrixRole, at: number): HTMLElement {
  const classes = ['role', role.status, role.withheld ? 'withheld' : '', role.unmanaged ? 'unmanaged' : ''];
  const sign = { create: '+', update: '~', delete: '−', same: role.withheld ? '!' : '' }[role.status];
  const flags = flagsOf(role);
  const was = role.was === null ? [] : [element('bdi', { class: 'was' }, `was ${role.was}`)];
  const status = role.status === 'same' ? '' : role.status;
  const spoken = [role.name, role.was === null ? '' : `was ${role.was}`, status, ...flags];
  return element(
    'div',
    {
      role: 'columnheader',
      class: classes.join(' '),
      'aria-colindex': String(at + 2),
      'aria-label': spoken.filter((word) => word !== '').join(', '),
    },
    element('span', { class: 'sign' }, sign),
    element('span', { class: 'names' }, element('bdi', { class: 'name' }, role.name), ...was),
    element('span', { class: 'flags' }, flags.join(' · ')),
  );
}

export function flagsOf({ withheld, drift, builtIn, unmanaged }: MatrixRole): readonly string[] {
  return [
    withheld ? 'part withheld' : '',
    { none: '', part: 'partly drift', whole: 'drift' }[drift],
    builtIn ? 'built-in' : '',
    unmanaged ? 'unmanaged' : '',
  ].filter((flag) => flag !== '');
}

/** A row that has its permission, and no cell yet. */
export function line(row: MatrixRow | undefined, index: number): HTMLElement {
  const phrase = row?.phrase ?? null;
  const header = element(
    'div',
    { role: 'rowheader', class: 'permission', 'aria-colindex': '1' },
    element('code', {}, row?.text ?? ''),
    element('span', { class: `badge ${row?.kind ?? ''}` }, row?.kind ?? ''),
    ...(phrase === null ? [] : [element('span', { class: 'phrase' }, phrase)]),
  );
  return element('div', { role: 'row', class: 'line', 'aria-rowindex': String(index + 2) }, header);
}
