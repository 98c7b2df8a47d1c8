import { EngineFailure } from '../model/engine-failure.js';
import { Faults, type Hold } from './faults.js';
import { RequestLog, type RequestMatcher, type RequestRecord } from './request-log.js';

/** Options of a fault that strikes a number of times. */
export interface Times {
  readonly times?: number;
}

/** What tests see of the requests, and the faults they put into the answers. */
export class ObservedEngine {
  protected readonly log = new RequestLog();
  protected readonly faults = new Faults();

  get requests(): readonly RequestRecord[] {
    return this.log.records;
  }

  count(matcher: RequestMatcher): number {
    return this.log.count(matcher);
  }

  clearRequests(): void {
    this.log.clear();
  }

  /** The `count`-th matching request since the start or the last `clearRequests`; it may have come already. */
  waitForRequest(matcher: RequestMatcher, options: { readonly count?: number } = {}): Promise<RequestRecord> {
    return this.log.wait(matcher, options.count ?? 1);
  }

  /** The next matching request from now on. */
  nextRequest(matcher: RequestMatcher): Promise<RequestRecord> {
    return this.log.next(matcher);
  }

  /** Holds matching answers: executed (or, with `when: 'arrived'`, not yet) until released. */
  hold(matcher: RequestMatcher, options: { readonly when?: 'arrived' | 'answered' } = {}): Hold {
    return this.faults.hold(matcher, options.when ?? 'answered');
  }

  /** Refuses without executing. */
  fail(matcher: RequestMatcher, options: { readonly status?: number; readonly message?: string } & Times = {}): void {
    const failure = new EngineFailure(options.status ?? 500, options.message ?? 'injected failure');
    this.faults.add(matcher, options.times ?? 1, { kind: 'fail', failure });
  }

  /** Executes, then cuts the connection instead of answering. */
  dropResponse(matcher: RequestMatcher, { times = 1 }: Times = {}): void {
    this.faults.add(matcher, times, { kind: 'drop' });
  }

  /** Executes and sends the header, then cuts the connection. */
  cutAfterHeader(matcher: RequestMatcher, { times = 1 }: Times = {}): void {
    this.faults.add(matcher, times, { kind: 'cut-body' });
  }

  clearFaults(): void {
    this.faults.clear();
  }
}
