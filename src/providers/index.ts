/** The providers that are shipped, one line each. Whoever takes the whole module as a table gets them by name. */
export { dintero } from './dintero/room.ts';
export { keycloak } from './keycloak/room.ts';
export { rinne } from './rinne/room.ts';
export { rocketchat } from './rocketchat/room.ts';
