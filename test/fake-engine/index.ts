export { FakeEngine, type FakeEngineOptions } from './fake-engine.js';
export { ENGINE_PROFILES, type EngineName, type EngineProfile } from './engine-profile.js';
export { ManualClock, SystemClock, type EngineClock } from './engine-clock.js';
export type { EngineEvent } from './events/engine-event.js';
export type { EventLimits } from './events/event-bus.js';
export type { Hold } from './control/faults.js';
export type { RequestMatcher, RequestRecord } from './control/request-log.js';
export type { StatsSample } from './views/stats-view.js';
