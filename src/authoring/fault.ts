/** Whether a role file may say something: its own rules are asked, so that there is one truth. */
import { load } from '../config/index.ts';
import type { Language } from '../config/language.ts';
import type { Scalar } from '../core/role.ts';
import { nowhere, overlay } from '../files/overlay.ts';

export type SaidOfRole = Readonly<Record<string, Scalar | readonly string[]>>;

/** What is wrong with a role that says this, in words; undefined: nothing. */
export function faultIn(provider: string, role: SaidOfRole, language: Language): string | undefined {
  const texts = Object.values(role).flat();
  if (texts.some((text) => typeof text === 'string' && text.includes('[secret]'))) {
    return 'it holds a secret of this run, which is hidden';
  }
  const text = JSON.stringify({ provider, targets: ['x'], roles: [{ name: 'x', ...role }] });
  const source = overlay(nowhere, new Map([['x.yaml', Buffer.from(text)]]));
  const { problems } = load(['x.yaml'], { cwd: '/', language, source });
  return problems.find(({ severity, code }) => severity === 'error' && code !== 'unknown-target')?.message;
}
