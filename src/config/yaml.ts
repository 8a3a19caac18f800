/** Text to a Document: the part of YAML that cannot surprise, and a place for every mistake. It knows nothing of roles. */
import { isMap, isNode, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { type Location, type Problem, problem, wholeFile } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { createDocument, placesIn } from './document.ts';
import { tooMuch } from './flood.ts';
import { readPlain } from './plain-yaml.ts';
import { type Parsed, readTree } from './tree.ts';

const maxSyntaxErrors = 10;

/** The part of YAML that role files are written in; whoever edits one reads it in the same way. */
export const yamlOptions = {
  version: '1.2',
  schema: 'core',
  merge: false,
  stringKeys: true,
  resolveKnownTags: false,
  // Done later: the library compares every key with every other, and cannot say where the first one is.
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
} as const;

/** `open`: fields of `auth` whose values may be shown with the line of a mistake. */
export function parseYaml(file: string, text: string, open: ReadonlySet<string>): Parsed {
  const flood = tooMuch({ file, text });
  if (flood) return { document: undefined, problems: [flood] };
  const plain = readPlain(text);
  if (plain === undefined) return parseWithLibrary(file, text, open);
  const place = placesIn(file, text, plain.credentials, open);
  return { document: createDocument(file, plain.value, plain.spans, place), problems: [] };
}

/** All of YAML, with a message for each mistake. */
export function parseWithLibrary(file: string, text: string, open: ReadonlySet<string>): Parsed {
  const yaml = parse(text);
  if (!yaml)
    return { document: undefined, problems: [problem(wholeFile(file), 'too-deep', 'the file is nested too deeply')] };
  const root: Node | null = yaml.contents;
  const place = placesIn(file, text, credentials(root), open);
  const only = (at: Location, code: string, message: string): Parsed => ({
    document: undefined,
    problems: [problem(at, code, message)],
  });
  const another = yaml.errors.find((error) => error.code === 'MULTIPLE_DOCS');
  if (another) {
    return only(
      place(another.pos[0]),
      'several-documents',
      'a role file is one document: split the file at this `---`',
    );
  }
  if (yaml.errors.length > 0) return { document: undefined, problems: syntaxErrors(yaml.errors, text, place) };
  const directive = text.slice(0, root?.range?.[0]).search(/^%/m);
  if (directive !== -1) {
    // `%YAML 1.1` would turn `yes` into a boolean and merge keys on.
    return only(place(directive), 'directive', 'directives (`%YAML`, `%TAG`) are not supported: remove the line');
  }
  if (root === null || (isScalar(root) && root.value === null)) {
    return only(wholeFile(file), 'empty-file', 'the file is empty: a role file begins with `provider:`');
  }
  return readTree(file, root, place);
}

/** undefined: nested so deeply that the parser gave up. */
function parse(text: string): ReturnType<typeof parseDocument> | undefined {
  try {
    return parseDocument(text, yamlOptions);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** The first of each line: one mistake makes the parser stumble over the rest. */
function syntaxErrors(
  errors: readonly SyntaxError[],
  text: string,
  place: (offset: number) => Location,
): readonly Problem[] {
  const lines = new Map<number, Problem>();
  for (const error of errors) {
    const { code, message, pos } = error;
    if (isIndentation(error, errors)) {
      const at = place(indented(text, pos[0]));
      lines.set(at.source.line, problem(at, 'yaml', misindented));
      break; // Whatever follows is measured from here.
    }
    const at = place(pos[0]);
    if (lines.has(at.source.line)) continue;
    const said = hints[code] ?? shown(message.slice(0, 1).toLowerCase() + message.slice(1), 160);
    lines.set(at.source.line, problem(at, 'yaml', `this is not valid YAML: ${said}`));
    if (lines.size === maxSyntaxErrors) break;
  }
  return [...lines.values()];
}

const misindented =
  'this is not valid YAML: the line is indented too far or too little: keys that belong together begin in the same column, and so do the dashes of a list';

/** The parser takes a line that is indented too far for the rest of the one above. */
function isIndentation({ code, message, pos }: SyntaxError, errors: readonly SyntaxError[]): boolean {
  if (code === 'BAD_INDENT') return true;
  if (code === 'MISSING_CHAR') return message.startsWith('Sequence item without');
  const [start] = pos;
  const goesOn = (one: SyntaxError) =>
    one.code === 'MULTILINE_IMPLICIT_KEY' && one.pos[0] >= start && one.pos[0] <= start + 200;
  return code === 'BLOCK_AS_IMPLICIT_KEY' && errors.some(goesOn);
}

/** Where the line with the wrong indentation begins: the line of `offset`, or the one after the text at that place. */
function indented(text: string, offset: number): number {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  const begins = text.slice(line, offset).trim() === '' ? line : text.indexOf('\n', offset) + 1;
  return begins + text.slice(begins).search(/\S|$/);
}

const hints: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY:
    'text that holds a colon and a space needs quotes, and lists and keys begin on a line of their own',
  TAB_AS_INDENT: 'lines are indented with spaces, not with tabs',
  NON_STRING_KEY: 'a key is plain text',
};

/** Where the values of every `auth` are. */
function credentials(node: unknown): readonly (readonly [from: number, to: number])[] {
  if (isSeq(node)) return node.items.flatMap(credentials);
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const range = isNode(value) ? value.range : undefined;
    return isScalar(key) && key.value === 'auth' && range ? [[range[0], range[1]] as const] : credentials(value);
  });
}
