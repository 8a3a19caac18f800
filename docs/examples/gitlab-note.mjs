// Keeps one note on a merge request: writes it the first time, renews it after that. Copy to .gitlab/gitlab-note.mjs.
//
//   node gitlab-note.mjs plan.md     the Markdown of `rolesync plan` or `show`; without such a file the note says so
//
// ROLESYNC_GITLAB_TOKEN is a project access token with the role Reporter and the scope api: GitLab lets CI_JOB_TOKEN write no
// notes. Any answer but a success is told, and ends with 1.
import { existsSync, readFileSync } from 'node:fs';

// How the note is found again. Nobody sees it, and only notes of the token's own user count.
const marker = '<!-- rolesync: plan -->';
// What GitLab takes in a note.
const limit = 1_000_000;

const hints = {
  401: '. Is ROLESYNC_GITLAB_TOKEN right, and not expired?',
  403: '. The token of ROLESYNC_GITLAB_TOKEN needs the scope api and the role Reporter.',
  404: '. ROLESYNC_GITLAB_TOKEN must be a token of this project.',
};

const { env } = process;

try {
  const notes = `projects/${encodeURIComponent(given('CI_PROJECT_ID'))}/merge_requests/${given('CI_MERGE_REQUEST_IID')}/notes`;
  const body = noteOf(process.argv[2] ?? 'plan.md');
  const me = await ask('GET', 'user');
  const mine = await find(notes, (note) => note.author?.id === me.json.id && String(note.body).startsWith(marker));
  const { json } =
    mine === undefined ? await ask('POST', notes, { body }) : await ask('PUT', `${notes}/${mine.id}`, { body });
  if (!Number.isInteger(json.id))
    throw new Error('GitLab took the note, but answered without its id: look at the merge request');
  console.log(`The plan is in note ${json.id} of merge request !${given('CI_MERGE_REQUEST_IID')}.`);
} catch (error) {
  const why = error.cause?.code ?? error.cause?.message;
  console.error(`gitlab-note: ${error.message}${why === undefined ? '' : ` (${why})`}`);
  process.exitCode = 1;
}

function noteOf(file) {
  const plan = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const head = env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || given('CI_COMMIT_SHA');
  const from = `Commit ${head}, [this job](${given('CI_JOB_URL')}).`;
  // At the start of a line a slash would be an order to GitLab: `/merge`.
  const text = (plan || '### No plan\n\nThe log of the job says why.').replace(/^([ \t]*)\//gm, '$1\\/');
  const whole = `${marker}\n${text}\n\n---\n\n${from}\n`;
  if (whole.length <= limit) return whole;
  const room = text.slice(0, limit - 1000);
  return `${marker}\n${from} **The plan is too long for a note. Its end is only in the log of the job.**\n\n${room.slice(0, room.lastIndexOf('\n'))}\n`;
}

async function find(path, wanted) {
  for (let page = '1'; page; ) {
    const { json, next } = await ask('GET', `${path}?sort=asc&order_by=created_at&per_page=100&page=${page}`);
    if (!Array.isArray(json)) throw new Error('GitLab answered no list of notes');
    const found = json.find(wanted);
    if (found !== undefined) return found;
    page = next;
  }
}

async function ask(method, path, sent) {
  const token = given('ROLESYNC_GITLAB_TOKEN');
  // fetch would quote it in its error.
  if (/[^\x21-\x7e]/.test(token)) throw new Error('ROLESYNC_GITLAB_TOKEN holds a space or a line break; no token does');
  const answer = await fetch(`${given('CI_API_V4_URL')}/${path}`, {
    method,
    // Followed elsewhere, the token would go along.
    redirect: 'error',
    signal: AbortSignal.timeout(30_000),
    headers: { 'PRIVATE-TOKEN': token, 'content-type': 'application/json' },
    ...(sent && { body: JSON.stringify(sent) }),
  });
  const text = await answer.text();
  const said = `${method} ${path.split('?')[0]} answered ${answer.status}`;
  if (!answer.ok) throw new Error(`${said}: ${oneLine(text)}${hints[answer.status] ?? ''}`);
  try {
    return { json: JSON.parse(text), next: answer.headers.get('x-next-page') };
  } catch {
    throw new Error(`${said} with something that is not JSON: is CI_API_V4_URL the API of GitLab?`);
  }
}

function oneLine(text) {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 300);
}

function given(name) {
  if (!env[name]) throw new Error(`${name} is not set; docs/gitlab.md has the steps`);
  return env[name];
}
