import { spawn } from 'node:child_process';
import { EngineCredentialError } from '../errors.js';
import type { RegistrySecrets } from './registry-credential.js';

/** More than any helper says; one that says more is not one. */
const OUTPUT_LIMIT = 64 * 1024;

export interface HelperOptions {
  /** Where PATH is looked up. */
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks `docker-credential-NAME get` for the login at a registry.
 *
 * @returns undefined where the helper has none.
 * @throws {EngineCredentialError} no such program, it failed, took too long, or said what cannot be understood; none of its words are quoted.
 * @source docker/docker-credential-helpers: client/client.go, credentials/error.go
 */
export async function askHelper(
  name: string,
  registry: string,
  options: HelperOptions,
): Promise<RegistrySecrets | undefined> {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new EngineCredentialError(
      `${JSON.stringify(name)} is no name of a credential helper: letters, digits, . _ -`,
    );
  }
  const program = `docker-credential-${name}`;
  const { code, output } = await runHelper(program, registry, options);
  if (code === 0) return parseAnswer(output, program);
  if (/credentials not found/i.test(output)) return undefined;
  throw new EngineCredentialError(`${program} get for ${registry} failed: it ended with ${String(code)}`);
}

/** Without a shell; whatever happens the program is gone, or killed, when this settles. */
function runHelper(
  program: string,
  registry: string,
  { env, timeoutMs, signal }: HelperOptions,
): Promise<{ readonly code: number | null; readonly output: string }> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
    const pieces: Buffer[] = [];
    let size = 0;
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      child.kill('SIGKILL');
      // What the program started may hold the pipe open.
      child.stdout.destroy();
      settle();
    };
    const fail = (what: string): void => {
      end(() => {
        reject(new EngineCredentialError(`${program} get for ${registry} ${what}`));
      });
    };
    const abort = (): void => {
      end(() => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort rejects with its reason, whatever that is
        reject(signal?.reason);
      });
    };
    const timer = setTimeout(() => {
      fail(`took longer than ${String(timeoutMs)} ms`);
    }, timeoutMs);
    signal?.addEventListener('abort', abort);
    child.once('error', (error: NodeJS.ErrnoException) => {
      fail(`cannot be run: ${error.code ?? 'unknown failure'}`);
    });
    child.stdout.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > OUTPUT_LIMIT) fail(`said more than ${String(OUTPUT_LIMIT)} bytes`);
      else pieces.push(piece);
    });
    child.once('close', (code) => {
      end(() => {
        resolve({ code, output: Buffer.concat(pieces).toString('utf8') });
      });
    });
    // A program that ends before it read everything is judged by its answer.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${registry}\n`);
  });
}

function parseAnswer(output: string, program: string): RegistrySecrets | undefined {
  const bad = (): EngineCredentialError =>
    new EngineCredentialError(`${program} get answered other than {"Username": "…", "Secret": "…"}`);
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    // The parser's own error quotes what it read.
    throw bad();
  }
  if (typeof answer !== 'object' || answer === null) throw bad();
  const { Username: username, Secret: secret } = answer as { readonly Username?: unknown; readonly Secret?: unknown };
  if (typeof username !== 'string' || typeof secret !== 'string') throw bad();
  if (username === '' && secret === '') return undefined;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}
