/** The real yaml-language-server over stdio, with one document open: what an editor is offered and told. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';

export interface Offer {
  readonly label: string;
  readonly documentation?: unknown;
  readonly insertText?: string;
}

export interface Editor {
  /** Labels and documentation at the `|` of the text, which is taken out. */
  readonly complete: (text: string) => Promise<readonly Offer[]>;
  readonly hover: (text: string) => Promise<string>;
}

const server = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');

/** `schema`: a path, for every file. */
export async function editor(schema: string): Promise<Editor> {
  const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  onTestFinished(() => {
    connection.dispose();
    child.kill();
  });
  const settings = {
    completion: true,
    hover: true,
    validate: true,
    schemaStore: { enable: false },
    schemas: { [pathToFileURL(schema).href]: '*' },
  };
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
    items.map(({ section }) => (section === 'yaml' ? settings : {})),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  const capabilities = {
    workspace: { configuration: true },
    textDocument: { completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'] } } },
  };
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities });
  await connection.sendNotification('initialized', {});
  let count = 0;
  const at = async (method: string, marked: string): Promise<unknown> => {
    const before = marked.slice(0, marked.indexOf('|'));
    const line = before.split('\n').length - 1;
    const character = before.length - (before.lastIndexOf('\n') + 1);
    count += 1;
    const uri = `file:///roles/${count}.yaml`;
    const textDocument = { uri, languageId: 'yaml', version: 1, text: marked.replace('|', '') };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    return connection.sendRequest(method, { textDocument: { uri }, position: { line, character } });
  };
  const complete = async (text: string): Promise<readonly Offer[]> =>
    ((await at('textDocument/completion', text)) as { readonly items: readonly Offer[] }).items;
  // It answers before it has asked for its settings: without a schema, then.
  for (let items = await complete('|'); !items.some(({ label }) => label === 'provider'); ) items = await complete('|');
  return {
    complete,
    hover: async (text) => {
      const answer = (await at('textDocument/hover', text)) as { readonly contents: { readonly value: string } } | null;
      return answer?.contents.value ?? '';
    },
  };
}
