import type { HttpHandler } from 'msw';
import { createExec, findExec, runExec } from '../model/exec.js';
import { frame } from '../model/container-output.js';
import type { EngineModel } from '../model/engine-model.js';
import { json } from '../server/answers.js';
import { jsonBody, route } from '../server/route.js';

export function execRoutes(model: EngineModel): readonly HttpHandler[] {
  return [
    route('post', '/containers/:id/exec', async ({ id, request }) => {
      const container = model.containers.find(id);
      const { Cmd: command, Tty: tty } = await jsonBody(request);
      const words = Array.isArray(command) ? command.map(String) : [];
      const exec = await createExec(model, container, { words, tty: tty === true });
      return json({ Id: exec.id }, 201);
    }),
    route('post', '/exec/:id/start', async ({ id, request }) => {
      const exec = findExec(model, id);
      const { Detach: detach } = await jsonBody(request);
      const output = await runExec(model, exec);
      if (detach === true) return new Response(null, { status: 200 });
      const parts = output.map(({ stream, text }) => (exec.tty ? Buffer.from(text) : frame(stream, Buffer.from(text))));
      return new Response(new Uint8Array(Buffer.concat(parts)), {
        headers: { 'content-type': 'application/vnd.docker.raw-stream' },
      });
    }),
    route('get', '/exec/:id/json', ({ id }) => {
      const exec = findExec(model, id);
      return json({
        ID: exec.id,
        Running: exec.state === 'running',
        ExitCode: exec.exitCode,
        ProcessConfig: { tty: exec.tty, entrypoint: exec.words[0] ?? '', arguments: exec.words.slice(1) },
        OpenStdin: false,
        OpenStderr: true,
        OpenStdout: true,
        ContainerID: exec.container.id,
      });
    }),
  ];
}
