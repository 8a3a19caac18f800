/**
 * What a Rocket.Chat workspace is born with: its protected roles and a good part of its permissions. From
 * https://developer.rocket.chat/apidocs/permissions-api and the defaults of RocketChat/Rocket.Chat, apps/meteor, authorization.
 */
import type { ChatPermission, ChatRole } from './state.ts';

/** `_id === name` for all of them. */
export function protectedRoles(time: string): readonly ChatRole[] {
  return [...roleNames].map(([name, [scope, description]]) => {
    return { _id: name, name, scope, description, protected: true, mandatory2fa: false, _updatedAt: time };
  });
}

/** Some rows list `anonymous` or `livechat-monitor`, which are no roles of the workspace. */
export function defaultPermissions(time: string): readonly ChatPermission[] {
  const rows = grants.flatMap(([roles, ids]) => {
    const granted = roles === '' ? [] : roles.split(' ');
    return ids.split(' ').map((_id): ChatPermission => ({ _id, roles: granted, _updatedAt: time }));
  });
  return [...rows, ...settingRows(time)].sort((a, b) => (a._id < b._id ? -1 : 1));
}

const roleNames = new Map([
  ['admin', ['Users', 'Admin']],
  ['moderator', ['Subscriptions', 'Moderator']],
  ['leader', ['Subscriptions', 'Leader']],
  ['owner', ['Subscriptions', 'Owner']],
  ['user', ['Users', '']],
  ['federated-external', ['Users', '']],
  ['bot', ['Users', '']],
  ['app', ['Users', '']],
  ['guest', ['Users', '']],
  ['livechat-agent', ['Users', 'Livechat Agent']],
  ['livechat-manager', ['Users', 'Livechat Manager']],
] as const);

/** Roles, and the permissions that go to exactly these. */
const grants: readonly (readonly [string, string])[] = [
  [
    'admin',
    'access-permissions access-setting-permissions add-user-to-any-c-room assign-admin-role assign-roles ' +
      'bulk-register-user create-user delete-d kick-user-from-any-c-room ' +
      'delete-user edit-other-user-active-status edit-other-user-avatar edit-other-user-info edit-other-user-password ' +
      'edit-privileged-setting logout-other-user manage-apps manage-cloud manage-emoji manage-incoming-integrations ' +
      'manage-oauth-apps manage-outgoing-integrations manage-selected-settings manage-sounds restart-server run-import ' +
      'run-migration user-generate-access-token view-device-management view-full-other-user-info view-logs ' +
      'view-privileged-setting view-room-administration view-statistics view-user-administration',
  ],
  [
    'admin user',
    'access-marketplace create-personal-access-tokens create-team export-messages-as-pdf test-push-notifications',
  ],
  ['admin bot app', 'api-bypass-rate-limit join-without-join-code send-many-messages'],
  ['bot app', 'bypass-time-limit-edit-and-delete message-impersonate'],
  [
    'admin owner',
    'archive-room delete-c delete-p delete-team edit-team force-delete-message set-leader set-moderator set-owner',
  ],
  [
    'admin owner moderator',
    'add-team-member add-user-to-joined-room ban-user create-invite-links delete-message edit-message edit-room mute-user ' +
      'post-readonly remove-user',
  ],
  ['owner moderator admin', 'pin-message'],
  ['admin owner moderator user federated-external', 'mention-all mention-here view-outside-room'],
  ['admin user federated-external', 'access-federation delete-own-message'],
  ['admin user federated-external bot app', 'create-c create-d create-p'],
  ['admin user federated-external guest app', 'start-discussion'],
  ['admin user federated-external bot app guest', 'view-d-room'],
  ['admin user federated-external anonymous', 'preview-c-room'],
  ['admin user federated-external bot anonymous app', 'leave-c leave-p'],
  ['admin user federated-external bot app anonymous', 'view-c-room'],
  ['guest bot app anonymous', 'view-joined-room'],
  [
    'livechat-manager admin',
    'manage-livechat-managers remove-livechat-department view-livechat-triggers view-livechat-webhooks',
  ],
  ['livechat-manager livechat-agent admin', 'change-livechat-room-visitor edit-omnichannel-contact'],
  ['livechat-manager livechat-monitor admin', 'manage-livechat-agents view-livechat-analytics view-livechat-rooms'],
  ['livechat-manager livechat-monitor livechat-agent admin', 'close-livechat-room view-l-room view-livechat-queue'],
  ['', 'add-user-to-any-p-room kick-user-from-any-p-room'],
];

function settingRows(time: string): readonly ChatPermission[] {
  const settings = [
    ['API_Enable_Rate_Limiter', 'Rate Limiter', 'API_Rate_Limiter'],
    ['Accounts_AllowUsernameChange', 'Accounts', 'Accounts_Default_User_Preferences'],
    ['Message_AllowEditing', 'Message', 'Message_General'],
    ['Site_Name', 'General', 'General_Site'],
  ] as const;
  return settings.map(([settingId, group, section], sorter) => {
    const place = { level: 'settings', settingId, group, section, sorter } as const;
    return { _id: `change-setting-${settingId}`, roles: [], _updatedAt: time, ...place };
  });
}
