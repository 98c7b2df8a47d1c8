import { inDrmaa2Terms } from './drmaa2-failure.js';
import type { SessionContext } from './session-context.js';

/** The images that are installed: what a template's jobCategory may be. Tags, or digests of untagged images; sorted. */
export async function jobCategories({ engine }: SessionContext, signal: AbortSignal): Promise<readonly string[]> {
  const images = await inDrmaa2Terms('listJobCategories', () => engine.images.list({ signal }));
  const names = images.flatMap(({ RepoTags, RepoDigests, Id }) => {
    const tags = RepoTags.filter(isNamed);
    const digests = RepoDigests.filter(isNamed);
    if (tags.length > 0) return tags;
    return digests.length > 0 ? digests : [Id];
  });
  return [...new Set(names)].sort();
}

function isNamed(reference: string): boolean {
  return !reference.includes('<none>');
}
