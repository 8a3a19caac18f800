/** The published JSON Schemas, to hold against what is printed. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'vitest';

const names = ['plan', 'outcome', 'problems'] as const;
const ajv = new Ajv({ allErrors: true, strict: false });
for (const name of names)
  ajv.addSchema(JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as object, name);

/** Parses what was printed and expects it to be one document of that schema. */
export function expectDocument(name: (typeof names)[number], printed: string): unknown {
  const document: unknown = JSON.parse(printed);
  const valid = ajv.validate(name, document);
  expect(valid ? [] : ajv.errors).toEqual([]);
  return document;
}
