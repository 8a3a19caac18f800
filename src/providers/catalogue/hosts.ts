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

/** Hosts that lead to one system, and so to the same roles of an account. Rinne's sandbox and production are two. */
export const sameSystem: Readonly<Record<ProviderName, readonly (readonly string[])[]>> = {
  dintero: [['api.dintero.com', 'checkout.dintero.com']],
  rinne: [],
  rocketchat: [],
};
