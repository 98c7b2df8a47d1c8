import type { Duplex } from 'node:stream';
import { compareApiVersions } from '../engine-profile.js';
import type { Container } from '../model/container.js';
import { frame, type OutputStream } from '../model/container-output.js';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';
import { findExec, runExec } from '../model/exec.js';
import { isSet } from './route.js';

/** A connection that leaves HTTP: attach and exec. */
export interface HijackRequest {
  readonly kind: 'attach' | 'exec';
  readonly id: string;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  /** The client asked for an upgrade: 101, else a 200 that ends with the connection. */
  readonly isUpgrade: boolean;
}

export function readHijack(method: string, route: string): Pick<HijackRequest, 'kind' | 'id'> | undefined {
  const match = /^\/(?:containers\/([^/]+)\/(attach)|exec\/([^/]+)\/start)$/.exec(route);
  if (method !== 'POST' || match === null) return undefined;
  return { kind: match[2] === 'attach' ? 'attach' : 'exec', id: decodeURIComponent(match[1] ?? match[3] ?? '') };
}

/** Takes the socket over; refusals are plain text after a hand-written status line, as the engine's are. */
export async function hijack(model: EngineModel, request: HijackRequest, socket: Duplex): Promise<void> {
  socket.on('error', () => undefined);
  try {
    await (request.kind === 'attach' ? attach(model, request, socket) : exec(model, request, socket));
  } catch (error) {
    const status = error instanceof EngineFailure ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    socket.end(
      `HTTP/1.1 ${status} ${REASONS[status] ?? 'Internal Server Error'}\r\n` +
        `Content-Type: application/vnd.docker.raw-stream\r\n\r\n${message}\r\n`,
    );
  }
}

const REASONS: Readonly<Record<number, string>> = { 400: 'Bad Request', 404: 'Not Found', 409: 'Conflict' };

async function attach(model: EngineModel, request: HijackRequest, socket: Duplex): Promise<void> {
  const container = model.containers.find(request.id);
  if (container.paused)
    throw new EngineFailure(409, `container ${container.id} is paused, unpause the container before attach`);
  if (container.restarting)
    throw new EngineFailure(409, `container ${container.id} is restarting, wait until the container is running`);
  await model.publishContainer(container, 'attach');
  socket.write(head(request, container.config.Tty));
  const { query } = request;
  const send = (stream: OutputStream, chunk: Buffer): void => {
    if (isSet(query, stream)) socket.write(container.config.Tty ? chunk : frame(stream, chunk));
  };
  if (isSet(query, 'logs')) for (const { stream, content } of container.output.entries) send(stream, content);
  if (!isSet(query, 'stream')) {
    socket.end();
    return;
  }
  const stop = container.output.listen({ onChunk: send, onEnd: () => void socket.end() });
  socket.on('close', stop);
  takeInput(container, socket, isSet(query, 'stdin') && container.config.OpenStdin);
}

/** A half-close of the client's side is the end of the input, if the container was created to end with it. */
function takeInput(container: Container, socket: Duplex, isWanted: boolean): void {
  socket.on('data', (chunk: Buffer) => {
    if (isWanted) container.process?.onInput(chunk);
  });
  socket.on('end', () => {
    if (isWanted && container.config.StdinOnce) container.process?.onInput(undefined);
  });
}

async function exec(model: EngineModel, request: HijackRequest, socket: Duplex): Promise<void> {
  const found = findExec(model, request.id);
  const output = await runExec(model, found);
  socket.write(head(request, found.tty));
  for (const { stream, text } of output) {
    const chunk = Buffer.from(text);
    socket.write(found.tty ? chunk : frame(stream, chunk));
  }
  socket.end();
}

/** The multiplexed type is told only to those who speak 1.42 and asked for an upgrade. */
function head({ isUpgrade, apiVersion }: HijackRequest, isTty: boolean): string {
  if (!isUpgrade) return 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n';
  const kind = !isTty && compareApiVersions(apiVersion, '1.42') >= 0 ? 'multiplexed' : 'raw';
  return (
    'HTTP/1.1 101 UPGRADED\r\n' +
    `Content-Type: application/vnd.docker.${kind}-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`
  );
}
