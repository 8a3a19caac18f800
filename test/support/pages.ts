/** The pages of the documentation, and the fenced blocks on them. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Page {
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly page: string;
  /** Of the fence, from 1. */
  readonly line: number;
  /** Empty where the fence names none. */
  readonly language: string;
  readonly body: string;
}

export const pages: readonly Page[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
].map((path) => ({ path, text: readFileSync(path, 'utf8') }));

export const blocks: readonly Block[] = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: body = '', index }) => ({
    page: path,
    line: text.slice(0, index).split('\n').length,
    language,
    body,
  })),
);

/** What a page calls role files, by the comment in the first line of their blocks. */
export function roleFilesOf(page: string): Readonly<Record<string, string>> {
  const named = blocks.flatMap(({ page: of, language, body }): readonly (readonly [string, string])[] => {
    const [, path] = /^# (roles\/\S+\.yaml)/.exec(body) ?? [];
    return of === page && language === 'yaml' && path !== undefined ? [[path, body]] : [];
  });
  return Object.fromEntries(named);
}
