import { contract } from '../contract.ts';
import { keycloak } from '../setups.ts';

contract('keycloak', keycloak);
