import { randomBytes } from 'node:crypto';
import { Container, type ContainerConfig, type HostConfig, type RestartPolicy } from './container.js';
import { EngineFailure } from './engine-failure.js';
import { badName } from './engine-messages.js';
import type { EngineModel } from './engine-model.js';
import type { Image } from './image-store.js';
import { parseSignal } from './signals.js';

export type CreateBody = Readonly<Record<string, unknown>>;

const POLICIES = new Set(['', 'no', 'always', 'on-failure', 'unless-stopped']);
const LEAST_MEMORY = 6 * 1024 * 1024;

/** Checks in the engine's order, registers the container, and logs `create` before it answers. */
export async function createContainer(
  model: EngineModel,
  name: string | undefined,
  body: CreateBody,
): Promise<Container> {
  if (Object.keys(body).length === 0) throw new EngineFailure(400, model.messages.emptyConfig);
  const hostConfig = readHostConfig(model, asRecord(body.HostConfig));
  const reference = asText(body.Image);
  checkStopSignal(asText(body.StopSignal));
  const image = model.images.find(reference);
  if (image === undefined) throw new EngineFailure(404, `No such image: ${withDefaultTag(reference)}`);
  const config = readConfig(body, image);
  if (config.Cmd.length + config.Entrypoint.length === 0)
    throw new EngineFailure(400, model.profile.name === '20.10' ? 'No command specified' : 'no command specified');
  const id = randomBytes(32).toString('hex');
  const claimed = claimName(model, name, id);
  const container = new Container({
    id,
    name: claimed,
    createdAt: model.clock.now(),
    imageId: image.id,
    config,
    hostConfig,
  });
  model.containers.add(container);
  container.save();
  await model.publishContainer(container, 'create');
  return container;
}

export function checkName(name: string): void {
  if (!/^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) throw new EngineFailure(400, badName(name));
}

export function readRestartPolicy(model: EngineModel, policy: Readonly<Record<string, unknown>>): RestartPolicy {
  const name = asText(policy.Name);
  if (!POLICIES.has(name)) throw new EngineFailure(400, model.messages.badRestartPolicy(name));
  const retries = asNumber(policy.MaximumRetryCount);
  if (retries !== 0 && name !== 'on-failure')
    throw new EngineFailure(400, `maximum retry count cannot be used with restart policy '${name}'`);
  return { Name: name === '' ? model.profile.restartPolicyName : name, MaximumRetryCount: retries };
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}

function claimName(model: EngineModel, asked: string | undefined, id: string): string {
  const name = asked === undefined || asked === '' ? `job_${id.slice(0, 10)}` : asked.replace(/^\//, '');
  checkName(asked ?? name);
  model.containers.claimName(name, id);
  return name;
}

function readHostConfig(model: EngineModel, host: Readonly<Record<string, unknown>>): HostConfig {
  const policy = readRestartPolicy(model, asRecord(host.RestartPolicy));
  const autoRemove = host.AutoRemove === true;
  if (autoRemove && !['', 'no'].includes(policy.Name))
    throw new EngineFailure(400, "can't create 'AutoRemove' container with restart policy");
  const memory = asNumber(host.Memory);
  if (memory > 0 && memory < LEAST_MEMORY) throw new EngineFailure(400, 'Minimum memory limit allowed is 6MB');
  return {
    ...host,
    AutoRemove: autoRemove,
    NetworkMode: asText(host.NetworkMode) || 'default',
    RestartPolicy: policy,
    Memory: memory,
    Init: host.Init === true,
  };
}

function readConfig(body: CreateBody, image: Image): ContainerConfig {
  const { HostConfig: _host, NetworkingConfig: _network, ...config } = body;
  const entrypoint = asTexts(config.Entrypoint);
  const command = asTexts(config.Cmd);
  const timeout = config.StopTimeout;
  return {
    ...config,
    Image: asText(config.Image),
    Entrypoint: entrypoint.length > 0 ? entrypoint : asTexts(image.config.Entrypoint),
    Cmd: command.length > 0 ? command : asTexts(image.config.Cmd),
    Env: [...asTexts(config.Env)],
    Labels: Object.fromEntries(Object.entries(asRecord(config.Labels)).map(([key, value]) => [key, asText(value)])),
    Tty: config.Tty === true,
    OpenStdin: config.OpenStdin === true,
    StdinOnce: config.StdinOnce === true,
    StopSignal: asText(config.StopSignal) || asText(image.config.StopSignal),
    StopTimeout: typeof timeout === 'number' ? timeout : undefined,
  };
}

function checkStopSignal(text: string): void {
  if (text !== '' && parseSignal(text) === undefined) throw new EngineFailure(400, `Invalid signal: ${text}`);
}

function withDefaultTag(reference: string): string {
  return /:[^/]*$|@/.test(reference) ? reference : `${reference}:latest`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function asTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(asText) : [];
}
