/** The client of the toy: whole roles by name, one office at a time. */
import type { Role } from '../../../src/core/role.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { ask } from '../../../src/providers/support/ask.ts';
import { capabilitiesOf } from '../../../src/providers/support/capabilities.ts';
import { normaliser } from '../../../src/providers/support/normaliser.ts';
import { list, object, text, texts } from '../../../src/providers/support/read.ts';
import { manifest } from './manifest.ts';

const capabilities = capabilitiesOf(manifest);

export const toy: Provider = {
  name: manifest.name,
  title: manifest.title,
  capabilities,
  concurrency: { reads: 1, writes: 1 },
  normalise: normaliser(capabilities),
  conditions: () => [],
  connect: ({ baseUrl, tenant, auth, http }) => {
    const roles = `${baseUrl}/offices/${tenant}/roles`;
    const send = (method: 'GET' | 'PUT' | 'DELETE', url: string, body?: Role) =>
      ask(http, {
        method,
        url,
        headers: { 'x-keycard': auth['keycard'] ?? '' },
        ...(method !== 'GET' && { write: true }),
        ...(body && { body }),
      });
    const at = (name: string) => `${roles}/${encodeURIComponent(name)}`;
    const everyRole = async () => {
      const { label, body } = await send('GET', roles);
      return list(body, { label, thing: 'roles', path: '' }).map((item) => {
        const fields = object(item, { label, thing: 'a role', path: '' });
        const settings = { floor: text(fields, 'floor') };
        const [name, description] = [text(fields, 'name'), text(fields, 'description')];
        const role = { name, description, permissions: texts(fields, 'permissions'), settings };
        return { id: name, builtIn: name === 'porter', role };
      });
    };
    return {
      list: everyRole,
      read: async (id) => (await everyRole()).find((role) => role.id === id),
      create: async ({ after }) => {
        await send('PUT', at(after.name), after);
        return after.name;
      },
      update: async ({ id, after }) => {
        await send('PUT', at(String(id)), after);
      },
      delete: async ({ id }) => {
        await send('DELETE', at(id));
      },
    };
  },
};
