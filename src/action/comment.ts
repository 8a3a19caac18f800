/** One comment of ours on a pull request or issue, found again by its marker and by who wrote it, and kept up to date. */
import { asked, botLogin, type GitHub } from './github.ts';

export interface Place {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
}

/** GitHub takes no longer body; the renderers stay well below. */
const longest = 65_536;

/** `kind`: 'plan' or 'apply'. Somebody else's comment with the same marker is somebody else's. */
export async function upsertComment(github: GitHub, place: Place, kind: string, body: string): Promise<void> {
  const marker = markerOf(kind);
  const text = `${marker}\n${body}`.slice(0, longest);
  const own = await findComment(github, place, kind);
  const { owner, repo } = place;
  if (own === undefined)
    await asked('writing a comment', () => github.rest.issues.createComment({ ...place, body: text }));
  else if (own.body !== text) {
    await asked('updating a comment', () =>
      github.rest.issues.updateComment({ owner, repo, comment_id: own.id, body: text }),
    );
  }
}

async function findComment(
  github: GitHub,
  place: Place,
  kind: string,
): Promise<{ readonly id: number; readonly body: string } | undefined> {
  const marker = markerOf(kind);
  const all = await asked('reading comments', () =>
    github.paginate(github.rest.issues.listComments, { ...place, per_page: 100 }),
  );
  const own = all.find(({ user, body }) => user?.login === botLogin && user.type === 'Bot' && body?.startsWith(marker));
  return own && { id: Number(own.id), body: own.body ?? '' };
}

function markerOf(kind: string): string {
  return `<!-- rolesync:${kind} -->`;
}
