import { startPrivateEngine, type PrivateEngine } from '../../setup/private-engine.mjs';
import { ensureTestImage } from '../../setup/test-image.mjs';

/** On an engine that is somebody's own, nothing is installed and no daemon started beside it. */
export const PRIVATE_ENGINES = process.env.DOCKER_TRACKER_ENGINE !== 'adopted';

/** For the titles of tests that need a daemon of their own. */
export const WHERE_PRIVATE = PRIVATE_ENGINES ? '' : ' (not run: on an adopted engine no daemon is started or killed)';

/** A daemon of its own with the test image. */
export async function privateEngine(options: Parameters<typeof startPrivateEngine>[0]): Promise<PrivateEngine> {
  const engine = await startPrivateEngine(options);
  try {
    await ensureTestImage(engine.host);
    return engine;
  } catch (error) {
    await engine.release();
    throw error;
  }
}
