/**
 * Rocket.Chat's permissions in words: a table of those that matter or whose id misleads, and for the rest of the known
 * ids a rule that reads the id. Source: the default permissions (github.com/RocketChat/Rocket.Chat, apps/meteor) and
 * what packages/i18n says of them.
 */
import type { Known } from '../catalogue/phrasebook.ts';
import { rocketchat } from './catalogue.ts';

type Table = readonly (readonly [id: string, phrase: string])[];

/** Access for oneself or for others: roles, logins, credentials, code that runs inside the workspace. */
const power: Table = [
  ['access-permissions', 'change which role has which permission'],
  ['access-setting-permissions', 'change which role may change which setting'],
  ['add-oauth-service', 'add a login service'],
  ['assign-admin-role', 'make others admin'],
  ['assign-roles', 'give roles to users'],
  ['bulk-register-user', 'register many users'],
  ['create-personal-access-tokens', 'create access tokens of their own'],
  ['create-user', 'create users'],
  ['edit-other-user-active-status', 'activate and deactivate users'],
  ['edit-other-user-avatar', "change other users' avatars"],
  ['edit-other-user-e2ee', "reset other users' encryption keys"],
  ['edit-other-user-info', "change other users' names, e-mail addresses and profile"],
  ['edit-other-user-password', "change other users' passwords"],
  ['edit-other-user-totp', "remove other users' second factor"],
  ['edit-privileged-setting', 'change every setting of the workspace'],
  ['edit-team-member', 'change the roles of team members'],
  ['manage-apps', 'install and configure apps'],
  ['manage-incoming-integrations', 'manage incoming webhooks, which post as anyone and run scripts'],
  ['manage-oauth-apps', 'manage apps that sign users in'],
  ['manage-outgoing-integrations', 'manage outgoing webhooks, which read messages and run scripts'],
  ['manage-selected-settings', 'change the settings that are opened to them one by one'],
  ['message-impersonate', 'post under any name'],
  ['run-import', 'import users and messages'],
  ['run-migration', 'run database migrations'],
  ['set-leader', 'make others leader of a room'],
  ['set-moderator', 'make others moderator of a room'],
  ['set-owner', 'make others owner of a room'],
  ['sync-auth-services-users', 'import users from login services'],
  ['user-generate-access-token', 'create access tokens for any user'],
];

/** Over other people's rooms, messages and accounts, or over the workspace itself. */
const admin: Table = [
  ['access-mailer', 'send e-mail to all users'],
  ['add-all-to-room', 'add all users to a room'],
  ['add-user-to-any-c-room', 'add users to any public channel'],
  ['add-user-to-any-p-room', 'add users to any private channel'],
  ['api-bypass-rate-limit', 'call the API without limits'],
  ['bypass-time-limit-edit-and-delete', 'edit and delete messages after the time limit'],
  ['can-audit', "search everybody's messages"],
  ['can-audit-log', 'see who searched messages'],
  ['clean-channel-history', "delete a room's history"],
  ['delete-message', "delete other users' messages"],
  ['delete-user', 'delete users'],
  ['edit-message', "edit other users' messages"],
  ['force-delete-message', 'delete any message'],
  ['kick-user-from-any-c-room', 'remove users from any public channel'],
  ['kick-user-from-any-p-room', 'remove users from any private channel'],
  ['logout-other-user', 'sign other users out'],
  ['mail-messages', 'send messages of a room by e-mail'],
  ['register-on-cloud', "register the workspace with the vendor's cloud"],
  ['restart-server', 'restart the server'],
  ['send-mail', 'send e-mail from the workspace'],
  ['send-many-messages', 'send messages without limits'],
  ['spy-voip-calls', "listen to other agents' calls"],
  ['test-admin-options', 'test settings of the workspace'],
  ['toggle-room-e2e-encryption', 'turn the encryption of a room on and off'],
  ['view-logs', "see the server's logs"],
  ['view-privileged-setting', 'see every setting of the workspace'],
];

const write: Table = [
  ['access-federation', 'talk to other servers'],
  ['allow-external-voice-calls', 'call phone numbers'],
  ['allow-internal-voice-calls', 'call other users'],
  ['allow-screenShare-voice-calls', 'share their screen in calls'],
  ['ban-user', 'ban users from rooms'],
  ['call-management', 'start and manage calls'],
  ['clear-oembed-cache', 'clear the cache of link previews'],
  ['export-messages-as-pdf', 'export messages as PDF'],
  ['join-without-join-code', 'join channels without their code'],
  ['manage-own-incoming-integrations', 'manage incoming webhooks of their own'],
  ['manage-own-outgoing-integrations', 'manage outgoing webhooks of their own'],
  ['mention-all', 'notify everybody in a room'],
  ['mention-here', 'notify everybody active in a room'],
  ['mobile-upload-file', 'upload files from a phone'],
  ['mute-user', 'mute users in rooms'],
  ['on-hold-livechat-room', 'put omnichannel rooms on hold'],
  ['on-hold-others-livechat-room', "put other agents' omnichannel rooms on hold"],
  ['outbound-voip-calls', 'call phone numbers'],
  ['outbound.can-assign-any-agent', 'assign outbound messages to any agent'],
  ['outbound.can-assign-queues', 'assign outbound messages to queues'],
  ['outbound.can-assign-self-only', 'assign outbound messages to themselves'],
  ['outbound.send-messages', 'send outbound messages'],
  ['post-readonly', 'post in read-only rooms'],
  ['remove-user', 'remove users from rooms'],
  ['request-pdf-transcript', 'request transcripts as PDF'],
  ['set-react-when-readonly', 'allow reactions in read-only rooms'],
  ['set-readonly', 'make rooms read-only'],
  ['start-discussion-other-user', "start discussions from other users' messages"],
  ['test-push-notifications', 'test push notifications'],
  ['unblock-livechat-contact', 'unblock omnichannel contacts'],
  ['videoconf-ring-users', 'ring users for a conference'],
];

const read: Table = [
  ['access-marketplace', 'browse the marketplace'],
  ['get-server-info', 'see what the server runs on'],
  ['preview-c-room', 'read public channels before joining'],
  ['view-broadcast-member-list', 'see the members of broadcast rooms'],
  ['view-c-room', 'read public channels'],
  ['view-d-room', 'use direct messages'],
  ['view-full-other-user-info', 'see all details of other users'],
  ['view-joined-room', 'read the rooms they are in'],
  ['view-l-room', 'read omnichannel rooms'],
  ['view-livechat-room-closed-by-another-agent', 'see omnichannel rooms closed by others'],
  ['view-livechat-room-closed-same-department', 'see omnichannel rooms closed in their department'],
  ['view-other-user-channels', "see other users' channels"],
  ['view-outside-room', 'see users outside their rooms'],
  ['view-p-room', 'read private channels they are in'],
];

const verbs: ReadonlyMap<string, readonly [Known['class'], string]> = new Map<
  string,
  readonly [Known['class'], string]
>([
  ['manage', ['admin', 'manage']],
  ['view', ['read', 'see']],
  ['edit', ['write', 'change']],
  ['block', ['write', 'block']],
  ['save', ['write', 'save']],
  ['close', ['write', 'close']],
  ...['add', 'archive', 'convert', 'create', 'delete', 'leave', 'move', 'pin'].map(same),
  ...['remove', 'send', 'start', 'transfer', 'unarchive', 'update'].map(same),
  ['change', ['write', 'change']],
]);

const words: ReadonlyMap<string, string> = new Map([
  ['c', 'public channels'],
  ['d', 'direct messages'],
  ['p', 'private channels'],
  ['livechat', 'omnichannel'],
  ['others', "other agents'"],
  ['customfields', 'custom fields'],
  ['sla', 'service levels'],
]);

/** What an id names once and a role does to any of them, at the end of an id. */
const plural: ReadonlySet<string> = new Set([
  ...['channel', 'contact', 'department', 'discussion', 'group', 'guest', 'manager', 'member', 'message', 'room'],
  ...['team', 'user', 'visitor'],
]);

const table: ReadonlyMap<string, Known> = new Map([
  ...power.map(entry('power')),
  ...admin.map(entry('admin')),
  ...write.map(entry('write')),
  ...read.map(entry('read')),
]);
const known = new Set(rocketchat.known);

export function phraseRocketchat(permission: string): Known | undefined {
  // Only known ids: a phrase must not be something that whoever named the permission wrote.
  return known.has(permission) ? (table.get(permission) ?? byRule(permission)) : undefined;
}

function byRule(permission: string): Known | undefined {
  const [first = '', ...rest] = permission.split('-');
  const verb = verbs.get(first);
  if (verb === undefined) return undefined;
  const object = rest.map((word) => words.get(word) ?? word).join(' ');
  return { class: verb[0], phrase: `${verb[1]} ${object}${plural.has(rest.at(-1) ?? '') ? 's' : ''}` };
}

function entry(risk: Known['class']): (row: Table[number]) => [string, Known] {
  return ([id, phrase]) => [id, { class: risk, phrase }];
}

function same(verb: string): [string, readonly [Known['class'], string]] {
  return [verb, ['write', verb]];
}
