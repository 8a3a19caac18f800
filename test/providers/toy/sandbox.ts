/** The stand-in of the toy. */
import { type Answer, objectIn, segmentsOf } from '../../../src/sandbox/call.ts';
import { standIn } from '../../../src/sandbox/stand-in.ts';
import { own, put } from '../../../src/sandbox/state.ts';
import { list, record, table, text, texts } from '../../../src/sandbox/state-schema.ts';

interface Role {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  readonly floor: string;
}

export interface Toy {
  readonly offices: Record<string, { readonly keycard: string; readonly roles: Role[] }>;
  /** Every call fails. */
  powerCut?: boolean;
}

const porter: Role = { name: 'porter', description: '', permissions: ['open:door', 'open:safe'], floor: 'ground' };
const role = record(['name'], { name: text, description: text, permissions: texts, floor: text });

export const toySandbox = standIn<Toy>({
  name: 'toy',
  prefix: '/toy/api',
  empty: () => ({ offices: {} }),
  schema: record([], { offices: table(record(['keycard'], { keycard: text, roles: list(role) })) }),
  furnish: (toy) => {
    issue(toy, 'o-1');
  },
  issueCredentials: issue,
  logins: (toy) =>
    Object.keys(toy.offices).map((office) => ({ title: `office ${office}`, tenant: office, ...issue(toy, office) })),
  configure: (toy, { powerCut }) => {
    if (powerCut === true) toy.powerCut = true;
  },
  open: ({ state }) => ({
    run: (call): Answer => {
      if (state.powerCut === true) return { status: 503 };
      const [, name = '', , which] = segmentsOf(call.path) ?? [];
      const office = own(state.offices, name);
      if (office === undefined || call.headers['x-keycard'] !== office.keycard) return { status: 401 };
      const { roles } = office;
      if (call.method === 'GET') return { status: 200, body: roles };
      const at = roles.findIndex((one) => one.name === which);
      if (call.method === 'DELETE') roles.splice(at, 1);
      else roles.splice(at === -1 ? roles.length : at, at === -1 ? 0 : 1, roleIn(objectIn(call.body) ?? {}));
      return { status: 204, wrote: true };
    },
    refuse: (status) => ({ status }),
    expireTokens: () => undefined,
  }),
});

function issue({ offices }: Toy, office: string) {
  const { keycard } = own(offices, office) ?? put(offices, office, { keycard: `card-of-${office}`, roles: [porter] });
  return { path: '/toy/api', auth: { keycard } };
}

function roleIn(body: Readonly<Record<string, unknown>>): Role {
  const { name, description, permissions, settings } = body as unknown as Role & { settings: { floor: string } };
  return { name, description, permissions, floor: settings.floor };
}
