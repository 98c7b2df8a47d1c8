export { EngineProxy, type ProxyHold } from './engine-proxy.js';
export type { ByteShaping } from './byte-shaping.js';
export type { ChaosOptions } from './chaos.js';
export type { ExchangeFault } from './exchange-fault.js';
export type { ProxiedRequest } from './exchange-reader.js';
export type { FaultKind } from './ordered-faults.js';
export type { ProxyMatcher } from './request-matcher.js';
