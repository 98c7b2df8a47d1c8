/** The engines whose behaviour was recorded (`test/recorded`). */
export type EngineName = '20.10' | '26.1' | '29.1';

/** Everything in which those engines differ, as far as a client can see it. */
export interface EngineProfile {
  readonly name: EngineName;
  readonly version: string;
  readonly apiVersion: string;
  readonly minApiVersion: string;
  /** From 23.0 the exit handler wakes waiters first, then saves, then logs `die`; before, `die` comes first: a SIGKILL in between loses the end. */
  readonly waitersBeforeDie: boolean;
  /** Attribute of `die` since 23.0. */
  readonly execDuration: boolean;
  /** `{"Error":null,…}` in wait answers, until 23.0. */
  readonly waitErrorNull: boolean;
  /** Unknown wait conditions are refused since 23.0; before they mean the default. */
  readonly refusesWaitCondition: boolean;
  /** `Builder-Version` and `Swarm` headers on pings, since 23.0. */
  readonly pingExtras: boolean;
  /** 29.1 joins the network after the task was made, so a failed start shows only the disconnect. */
  readonly failedStartConnects: boolean;
  /** Key order of legacy events (API < 1.52) on 29.x: alphabetical. */
  readonly sortedLegacyEvents: boolean;
  /** 29.0 and 29.1 pick the event content type from `Accept`. */
  readonly negotiatesEvents: boolean;
  /** Running AutoRemove containers do not survive a live-restore restart up to 24. */
  readonly liveRestoreRemoves: boolean;
  /** A killed engine that is back tells a `die` of some jobs that ended meanwhile, on 20.10; 26.1 tells none. */
  readonly tellsLateDies: boolean;
  readonly restartPolicyName: '' | 'no';
  /** Whether a one-shot sample of the statistics says whose it is; a sample of a stream always does. */
  readonly oneShotNamed: boolean;
}

export const ENGINE_PROFILES: Readonly<Record<EngineName, EngineProfile>> = {
  '20.10': {
    name: '20.10',
    version: '20.10.24+dfsg1',
    apiVersion: '1.41',
    minApiVersion: '1.12',
    waitersBeforeDie: false,
    execDuration: false,
    waitErrorNull: true,
    refusesWaitCondition: false,
    pingExtras: false,
    failedStartConnects: true,
    sortedLegacyEvents: false,
    negotiatesEvents: false,
    liveRestoreRemoves: true,
    tellsLateDies: true,
    restartPolicyName: '',
    oneShotNamed: true,
  },
  '26.1': {
    name: '26.1',
    version: '26.1.5+dfsg1',
    apiVersion: '1.45',
    minApiVersion: '1.24',
    waitersBeforeDie: true,
    execDuration: true,
    waitErrorNull: false,
    refusesWaitCondition: true,
    pingExtras: true,
    failedStartConnects: true,
    sortedLegacyEvents: false,
    negotiatesEvents: false,
    liveRestoreRemoves: false,
    tellsLateDies: false,
    restartPolicyName: 'no',
    oneShotNamed: false,
  },
  '29.1': {
    name: '29.1',
    version: '29.1.5',
    apiVersion: '1.52',
    minApiVersion: '1.44',
    waitersBeforeDie: true,
    execDuration: true,
    waitErrorNull: false,
    refusesWaitCondition: true,
    pingExtras: true,
    failedStartConnects: false,
    sortedLegacyEvents: true,
    negotiatesEvents: true,
    liveRestoreRemoves: false,
    tellsLateDies: false,
    restartPolicyName: 'no',
    oneShotNamed: true,
  },
};

/** Compares `1.41` with `1.9` by number, not by text. */
export function compareApiVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}
