import type { HttpHandler } from 'msw';
import { formatTime, toSeconds } from '../events/engine-time.js';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';
import { withTag, type Image, type PullLine } from '../model/image-store.js';
import { empty, json, stream } from '../server/answers.js';
import { isSet, route, type Call } from '../server/route.js';

export function imageRoutes(model: EngineModel): readonly HttpHandler[] {
  return [
    route('get', '/images/json', () => json(model.images.list().map(imageRow))),
    route('post', '/images/create', (call) => pull(model, call)),
    route('post', '/images/load', async ({ request }) => {
      // the archive is opaque to the fake: it is taken as one image named by the test, or nothing
      await request.arrayBuffer();
      return json({ stream: 'Loaded image: docker-tracker/loaded:latest\n' });
    }),
    route('get', /^http:\/\/engine\/images\/(.+)\/json$/, (call) => json(imageView(model, imageOf(model, call)))),
    route('post', /^http:\/\/engine\/images\/(.+)\/tag$/, async (call) => {
      const image = imageOf(model, call);
      const reference = `${call.query.get('repo') ?? ''}:${call.query.get('tag') ?? 'latest'}`;
      model.images.tag(image, reference);
      await publishImage(model, 'tag', image.id, reference);
      return new Response(null, { status: 201 });
    }),
    route('delete', /^http:\/\/engine\/images\/(.+)$/, (call) => remove(model, call)),
  ];
}

function imageOf(model: EngineModel, call: Call): Image {
  const reference = nameIn(call);
  const image = model.images.find(reference);
  if (image === undefined) throw new EngineFailure(404, model.messages.noSuchImage(reference));
  return image;
}

function nameIn(call: Call): string {
  const path = new URL(call.request.url).pathname.replace(/^\/images\//, '');
  return decodeURIComponent(path.replace(/\/(?:json|tag)$/, ''));
}

/** Progress lines; a failure comes in-band, inside a 200 answer, unless it is known before the first line. */
async function pull(model: EngineModel, { query }: Call): Promise<Response> {
  const from = query.get('fromImage') ?? '';
  const tag = query.get('tag') ?? '';
  const reference = withTag(tag === '' ? from : `${from}:${tag}`);
  const lines = model.images.offered(reference);
  if (lines === undefined)
    throw new EngineFailure(
      404,
      `pull access denied for ${reference.replace(/:[^:]*$/, '')}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
    );
  const isGood = !lines.some((line) => 'errorDetail' in line);
  if (isGood) {
    const image = model.images.find(reference) ?? model.images.add(reference, { createdAt: model.clock.now() });
    await publishImage(model, 'pull', reference, reference.replace(/:[^:]*$/, ''), image.id);
  }
  const left = [...lines];
  return stream({ pull: () => Promise.resolve(encodeLine(left.shift())) }, { 'content-type': 'application/json' });
}

async function remove(model: EngineModel, call: Call): Promise<Response> {
  const reference = nameIn(call);
  refuseInUse(model, imageOf(model, call), call);
  const removed = model.images.untag(reference);
  if (removed === undefined) return empty(204);
  await publishImage(model, 'untag', removed.image.id, removed.image.id);
  if (removed.isLast) await publishImage(model, 'delete', removed.image.id, removed.image.id);
  return json([{ Untagged: withTag(reference) }, ...(removed.isLast ? [{ Deleted: removed.image.id }] : [])]);
}

/** An image may lose one name of several, but not go while a job has it: a running one for certain, an ended one unless forced. */
function refuseInUse(model: EngineModel, image: Image, call: Call): void {
  if (image.tags.length > 1 && image.tags.includes(withTag(nameIn(call)))) return;
  const users = [...model.containers.all()].filter(({ imageId }) => imageId === image.id);
  const user = users.find(({ running }) => running) ?? users[0];
  if (user === undefined || (!user.running && isSet(call.query, 'force'))) return;
  const [word, state] = user.running ? ['cannot be forced', 'running'] : ['must be forced', 'stopped'];
  const shortId = image.id.replace('sha256:', '').slice(0, 12);
  throw new EngineFailure(
    409,
    `conflict: unable to delete ${shortId} (${word}) - image is being used by ${state} container ${user.id.slice(0, 12)}`,
  );
}

function publishImage(model: EngineModel, action: string, id: string, name: string, _imageId = ''): Promise<void> {
  return model.bus.publish({ type: 'image', action, actorId: id, attributes: { name }, scope: 'local' });
}

function encodeLine(line: PullLine | undefined): Uint8Array | undefined {
  return line === undefined ? undefined : Buffer.from(`${JSON.stringify(line)}\r\n`);
}

function imageRow(image: Image): object {
  return {
    Containers: -1,
    Created: toSeconds(image.createdAt),
    Id: image.id,
    Labels: null,
    ParentId: '',
    RepoDigests: [],
    RepoTags: image.tags,
    SharedSize: -1,
    Size: image.size,
  };
}

function imageView(model: EngineModel, image: Image): object {
  return {
    Id: image.id,
    RepoTags: image.tags,
    RepoDigests: [],
    Parent: '',
    Comment: 'Imported from -',
    Created: formatTime(image.createdAt),
    DockerVersion: model.profile.version,
    Author: '',
    Config: { Env: null, Cmd: null, Entrypoint: null, Labels: null, User: '', ...image.config },
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.size,
    GraphDriver: { Data: {}, Name: 'overlay2' },
    RootFS: { Type: 'layers', Layers: [image.id] },
    Metadata: { LastTagTime: formatTime(image.createdAt) },
  };
}
