/** What changes in a file, as a unified diff; safe to show on a terminal. */
import { createTwoFilesPatch } from 'diff';
import { escapeUnsafe } from './display.ts';
import type { Style } from './style.ts';

export interface FileDiff {
  readonly file: string;
  /** As `patch` takes it. */
  readonly patch: string;
}

export function fileDiff(file: string, before: string, after: string): FileDiff {
  const patch = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, { context: 3 });
  return { file, patch: patch.replace(/^=+\n/, '') };
}

/** For people: with colour where there is any, and nothing that cannot be seen. */
export function patchOf({ patch }: FileDiff, { paint }: Style): string {
  const lines = patch
    .trimEnd()
    .split('\n')
    .map((line) => {
      const shown = escapeUnsafe(line.replace(/\r$/, ''));
      if (/^(?:---|\+\+\+) /.test(shown)) return paint('bold', shown);
      if (shown.startsWith('@@')) return paint('cyan', shown);
      return shown.startsWith('+') ? paint('green', shown) : shown.startsWith('-') ? paint('red', shown) : shown;
    });
  return lines.join('\n');
}
