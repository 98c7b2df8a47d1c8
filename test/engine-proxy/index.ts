export { EngineProxy, type ProxyHold, type ProxyMatcher } from './engine-proxy.js';
export type { ByteShaping } from './byte-shaping.js';
export type { ProxiedRequest } from './exchange-reader.js';
