/** The same requests as a plan, and nothing else: sign in to each account, read its pages. Standard input says which. */
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { Agent, request } from 'undici';

const { accounts, concurrency } = JSON.parse(await text(process.stdin));
const dispatcher = new Agent({ connections: concurrency });
const left = [...accounts];
const started = performance.now();
await Promise.all(Array.from({ length: concurrency }, work));
console.log((performance.now() - started) / 1000);
await dispatcher.close();

async function work() {
  for (let account = left.shift(); account !== undefined; account = left.shift()) {
    const { login, pages } = account;
    const headers = { authorization: `Basic ${login.basic}`, 'content-type': 'application/json' };
    const { access_token: token } = await ask(login.url, { method: 'POST', headers, body: JSON.stringify(login.body) });
    for (const url of pages) await ask(url, { method: 'GET', headers: { authorization: `Bearer ${token}` } });
  }
}

async function ask(url, options) {
  const { statusCode, body } = await request(url, { ...options, dispatcher });
  if (statusCode !== 200) throw new Error(`${options.method} ${url} answered ${statusCode}`);
  return body.json();
}
