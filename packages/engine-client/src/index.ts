export { Engine, type EngineOptions } from './engine.js';
export { Containers, type CallOptions, type ListOptions, type StopOptions } from './containers.js';
export { Images } from './images.js';
export { Execs } from './execs.js';
export { MAX_API_VERSION, MIN_API_VERSION } from './api-version.js';
export { type AttachConnection, type AttachOptions } from './attach.js';
export { type ArchiveContent, type ContainerArchive } from './archive.js';
export { type ContainerWait, type WaitOptions } from './wait.js';
export { type LogsOptions } from './logs.js';
export { DEFAULT_EVENT_BUFFER, type EventsOptions, type WatchEventsOptions } from './events.js';
export { engineTime } from './engine-time.js';
export { onAbort } from './transport/abort-fan-out.js';
export { type EngineFilters } from './query.js';
export { type EngineTimeouts } from './transport/engine-call.js';
export { DEFAULT_TIMEOUTS } from './transport/timeouts.js';
export { resolveEndpoint, type EndpointOptions, type Surroundings } from './endpoint/resolve-endpoint.js';
export { TlsMaterial, type Endpoint, type TlsOptions } from './endpoint/endpoint.js';
export { type FileReader } from './endpoint/tls.js';
export { DEFAULT_LINE_LIMIT, NdjsonDecoder, readLines } from './ndjson.js';
export { DEFAULT_FRAME_LIMIT, FrameDemultiplexer, readFrames, type OutputFrame } from './frames.js';
export { findCredential, type FindCredentialOptions } from './registry-auth/find-credential.js';
export { RegistryCredential, type RegistrySecrets } from './registry-auth/registry-credential.js';
export {
  ENGINE_REQUEST_CHANNEL,
  SUBSCRIBER_DROPPED_CHANNEL,
  type DroppedSubscriber,
  type EngineRequestTrace,
} from './diagnostics.js';
export { decodeEvent } from './decode/event.js';
export { decodeContainerStats } from './decode/stats.js';
export {
  EngineClosedError,
  EngineConfigurationError,
  EngineCredentialError,
  EngineError,
  EngineHttpError,
  EngineImagePullError,
  EngineOverflowError,
  EngineProtocolError,
  EngineTimeoutError,
  EngineUnreachableError,
  isRetryable,
  type EngineErrorCode,
  type RequestLine,
} from './errors.js';
export {
  type ContainerConfig,
  type ContainerInspect,
  type ContainerMount,
  type ContainerState,
  type ContainerSummary,
  type DeviceRequest,
  type HostConfig,
  type NetworkSettings,
  type PortBinding,
  type RestartPolicy,
  type Ulimit,
} from './wire/container.js';
export {
  type ArchiveStat,
  type BlkioEntry,
  type ContainerCreated,
  type ContainerExit,
  type ContainerStats,
  type ContainerTop,
  type CpuStats,
  type ExecInspect,
  type MemoryStats,
  type NetworkStats,
} from './wire/container-answer.js';
export {
  type ContainerCreateBody,
  type ContainerUpdateBody,
  type ExecCreateBody,
  type HealthcheckBody,
  type HostConfigBody,
  type MountBody,
  type ResourcesBody,
} from './wire/container-request.js';
export { type EngineEvent } from './wire/event.js';
export {
  type ImageConfig,
  type ImageInspect,
  type ImageProgress,
  type ImageRemoved,
  type ImageSummary,
} from './wire/image.js';
export { type EnginePing, type SystemInfo, type SystemVersion } from './wire/system.js';
