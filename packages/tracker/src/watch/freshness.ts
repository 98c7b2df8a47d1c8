/**
 * How far the view can be trusted. `syncing`: a list is under way. `live`: every change arrives as it happens.
 * `stale`: the engine cannot be reached, what is shown is the last that was known. `closed`: nothing more will come.
 */
export type Freshness = 'syncing' | 'live' | 'stale' | 'closed';
