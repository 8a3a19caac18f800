/** GitHub's own parser of workflows, actions and expressions, as tests can load it. It judges by schema, not by taste. */
import { createRequire } from 'node:module';
import type * as expressions from '@actions/expressions';
import type * as workflows from '@actions/workflow-parser';
import type * as actions from '@actions/workflow-parser/actions/index';
import { build } from 'esbuild';

type Parsers = Pick<typeof workflows, 'parseWorkflow' | 'NoOperationTraceWriter'> &
  Pick<typeof actions, 'parseAction'> &
  Pick<typeof expressions, 'Parser' | 'Lexer' | 'Evaluator' | 'data'>;

const parsers = await load();

/** What GitHub would refuse in a workflow file, in its words. */
export function workflowErrors(path: string, content: string): readonly string[] {
  return said(parsers.parseWorkflow({ name: path, content }, new parsers.NoOperationTraceWriter()));
}

export function actionErrors(path: string, content: string): readonly string[] {
  return said(parsers.parseAction({ name: path, content }, new parsers.NoOperationTraceWriter()));
}

/** Whether a job with this `if:` would run. `status`: what the jobs that it needs came to. */
export function wouldRun(
  condition: string,
  contexts: Readonly<Record<string, unknown>>,
  status: 'success' | 'failure' | 'cancelled' = 'success',
): boolean {
  const { Lexer, Parser, Evaluator, data } = parsers;
  const text = /^\$\{\{(.*)\}\}$/s.exec(condition.trim())?.[1] ?? condition;
  const answers: Readonly<Record<string, boolean>> = {
    always: true,
    success: status === 'success',
    failure: status === 'failure',
    cancelled: status === 'cancelled',
  };
  const functions = Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }));
  const tokens = new Lexer(text).lex().tokens;
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = new Map(functions.map((one) => [one.name, one]));
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
  const value = new Evaluator(parsed, dictionary, known).evaluate().coerceString() === 'true';
  // As GitHub does where a condition asks for no status.
  return /\b(?:always|success|failure|cancelled)\(\)/.test(text) ? value : value && status === 'success';
}

function said({ context }: ReturnType<Parsers['parseWorkflow']>): readonly string[] {
  return context.errors.getErrors().map(({ message }) => message);
}

/** The packages import JSON without saying so, which Node refuses and a bundler does not. */
async function load(): Promise<Parsers> {
  const contents = `
    export { parseWorkflow, NoOperationTraceWriter } from '@actions/workflow-parser';
    export { parseAction } from '@actions/workflow-parser/actions/index';
    export { Parser, Lexer, Evaluator, data } from '@actions/expressions';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
    logLevel: 'error',
  });
  const loaded = { exports: {} as Parsers };
  const run = new Function('module', 'exports', 'require', outputFiles[0]?.text ?? '');
  run(loaded, loaded.exports, createRequire(import.meta.url));
  return loaded.exports;
}
