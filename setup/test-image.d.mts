/** `docker-tracker/busybox:test`: busybox, root and nobody, `sh`; the user's `busybox:latest` is never touched. */
export const testImage: string;

/** Makes sure that the engine at this host (as in DOCKER_HOST) has the test image. */
export function ensureTestImage(host: string, say?: (line: string) => void): Promise<'present' | 'imported'>;
