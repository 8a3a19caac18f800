/** A provider that nobody ships: badge doors of an office, without roles of its own, with a secret of an unusual name. */
import type { Manifest } from '../../../src/providers/manifest.ts';

export const manifest: Manifest = {
  name: 'toy',
  title: 'Toy Doors',
  variables: 'TOY_',
  hosts: ['doors.example.com'],
  sameSystem: [],
  baseUrl: {
    default: 'https://doors.example.com/api',
    description: 'Where the API is.',
    examples: ['https://doors.example.com/api'],
  },
  place: { one: 'office', many: 'offices', description: 'One office.' },
  tenant: {
    key: 'office',
    noun: 'office id',
    description: 'Id of the office.',
    pattern: 'o-[0-9]+',
    form: '`o-` and a number',
    example: 'o-1',
    sample: 'o-########',
  },
  auth: {
    description: 'The `keycard` of a porter.',
    keys: {
      keycard: { title: 'Keycard', description: 'Exactly one variable.', secret: true, header: true },
    },
    alternatives: [['keycard']],
  },
  settings: {
    floor: {
      title: 'Floor',
      description: 'Where the role is good.',
      type: 'string',
      values: ['ground', 'first'],
      onCreate: 'ground',
      examples: ['first'],
    },
  },
  options: {
    spareDoors: {
      title: 'Spare doors',
      description: 'Doors that may be left open.',
      item: { title: 'Door', description: 'Id of a door.', example: 'attic' },
      widens: { one: 'it may be left open', many: 'they may be left open' },
    },
  },
  capabilities: {
    create: true,
    update: true,
    delete: true,
    uniqueNames: true,
    permissionsRequired: true,
    builtIn: { names: ['porter'], fixed: 'everything' },
  },
  limits: { name: 20 },
  catalogue: {
    source: 'the doors on the plan of the office',
    known: [
      ['open:door', 'write', 'open doors'],
      ['open:safe', 'power', 'open the safe'],
      ['see:door', 'read', 'see whether doors are open'],
    ],
    undocumented: [],
    wildcards: [],
    complete: true,
  },
  role: {
    permissions: 'Everything that the role may open. At least one.',
    permission: 'One door.',
    example: { name: 'guest', description: 'Comes and goes', permissions: ['open:door'] },
  },
  synonyms: { building: 'office' },
  switches: [{ flag: '--power-cut', description: 'every door stays shut' }],
};
