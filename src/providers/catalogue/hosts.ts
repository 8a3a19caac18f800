/** The hosts of each provider's own API: a role file may name these without anybody's leave. */
import type { ProviderName } from '../provider.ts';

export const hosts: Readonly<Record<ProviderName, readonly string[]>> = {
  // docs.dintero.com/docs/checkout/authentication
  dintero: ['api.dintero.com', 'checkout.dintero.com'],
  // docs.rinne.com.br/api-reference/introduction
  rinne: ['api.rinne.com.br', 'api-sandbox.rinne.com.br'],
  // Every workspace has a host of its own.
  rocketchat: [],
};
