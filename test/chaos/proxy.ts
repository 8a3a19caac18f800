/** The proxy between rolesync and the sandbox: lets one request through at a time, does harm to some, and writes all down. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answered, type Asked, type Delivery, faultKinds } from './faults.ts';
import type { FaultChoice } from './scenario.ts';
import type { Stage } from './stage.ts';

export interface ProxyServer {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** `apply`: which of several applies at once this proxy is for. */
export async function startProxy(stage: Stage, apply: number): Promise<ProxyServer> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const asked = await askedOf(incoming).catch(() => undefined);
    if (asked === undefined) return;
    const arrived = stage.arrival(apply);
    const delivery = await stage.inTurn(() => exchange(asked, arrived));
    await deliver(delivery, outgoing);
  }

  async function exchange(asked: Asked, arrived: number): Promise<Delivery> {
    const turn = stage.begin(apply, asked, arrived);
    const kind = turn.fault === undefined ? undefined : faultKinds[turn.fault.kind];
    const answer = kind?.passes === false ? undefined : await forwardSurely(asked, stage.sandboxOrigin(), agent);
    const delivery = deliveryOf(answer, asked, turn.fault, stage.now());
    turn.end({
      answer,
      delivery,
      fault: delivery.harmed ? turn.fault : undefined,
      told: !delivery.harmed || kind?.tells === true,
    });
    return delivery;
  }

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function deliveryOf(
  answer: Answered | undefined,
  asked: Asked,
  fault: FaultChoice | undefined,
  now: number,
): Delivery & { readonly harmed: boolean } {
  const honest = answer ?? { status: 0, headers: {}, body: '' };
  const kind = fault && faultKinds[fault.kind];
  const harmed = fault && kind?.deliver(honest, asked, fault.dice, now);
  if (harmed !== undefined && (answer !== undefined || kind?.passes === false)) {
    return { ...harmed, harmed: true };
  }
  // The run is over: nobody waits for it.
  return answer === undefined ? { how: 'drop', harmed: true } : { how: 'whole', ...answer, harmed: false };
}

async function askedOf(incoming: IncomingMessage): Promise<Asked> {
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers, body: await textOf(incoming) };
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** A connection that the sandbox closed for its idleness took nothing: the request goes over another one. */
async function forwardSurely(asked: Asked, origin: string, agent: Agent): Promise<Answered | undefined> {
  for (let tries = 3; tries > 0; tries -= 1) {
    const answer = await forward(asked, origin, agent).catch(() => undefined);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function forward({ method, path, headers, body }: Asked, origin: string, agent: Agent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { connection: _hop, ...passed } = headers;
    const sent = request(`${origin}${path}`, { method, headers: passed, agent }, (answer) => {
      const type = answer.headers['content-type'];
      const kept = type === undefined ? {} : { 'content-type': type };
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, headers: kept, body: text }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function deliver(delivery: Delivery, outgoing: ServerResponse): Promise<void> {
  const { socket } = outgoing;
  if (!('body' in delivery)) {
    return delivery.how === 'drop' ? void socket?.destroy() : void socket?.end('HTTP/9 what is this\r\n\r\n');
  }
  const { status, headers } = delivery;
  const body = Buffer.from(delivery.body);
  outgoing.writeHead(status, body.length === 0 ? headers : { ...headers, 'content-length': body.length });
  if (delivery.how === 'whole') return void outgoing.end(body);
  const half = Math.floor(body.length / 2);
  outgoing.write(body.subarray(0, half));
  await new Promise((resolve) => setTimeout(resolve, 3));
  // What stalls is ended by the client, or with the run.
  if (delivery.how === 'stall') return;
  if (delivery.how === 'cut-body') return void socket?.destroy();
  outgoing.end(body.subarray(half));
}
