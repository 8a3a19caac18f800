/** One role file: its text in, its values and mistakes out. A run that looks at several revisions reads alike text once. */
import type { Problem } from '../core/problem.ts';
import type { TextFile } from '../files/gather.ts';
import { credentialFields, type Language } from './language.ts';
import { checkSchema } from './schema.ts';
import { type Shape, shapeOf } from './shape.ts';
import { parseYaml } from './yaml.ts';

export interface FileRead extends Shape {
  readonly problems: readonly Problem[];
}

export type ReadFile = (text: TextFile) => FileRead;

/** What every load of a run that looks at several revisions has in common. */
export interface Reading {
  readonly language: Language;
  /** For this language. */
  readonly readFile: ReadFile;
}

/** Remembers what it has read, by path and text: hand it to every load of one run, and to none of the next. */
export function fileReader(language: Language): ReadFile {
  const known = new Map<string, (FileRead & Pick<TextFile, 'text'>)[]>();
  return ({ file, text }) => {
    const versions = known.get(file) ?? [];
    known.set(file, versions);
    const before = versions.find((one) => one.text === text);
    if (before !== undefined) return before;
    const read = { ...readFile({ file, text }, language), text };
    versions.push(read);
    return read;
  };
}

function readFile({ file, text }: TextFile, language: Language): FileRead {
  const { document, problems } = parseYaml(file, text, credentialFields(language.manifests).open);
  if (!document) return { problems };
  const checked = checkSchema(document, language);
  const all = [...problems, ...checked.problems];
  return { ...shapeOf(document, all.length === 0 ? 'nothing' : checked.faulty, language.manifests), problems: all };
}
