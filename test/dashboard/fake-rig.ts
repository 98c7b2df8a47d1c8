import { request, type IncomingHttpHeaders } from 'node:http';
import { DockerMonitor } from '@docker-tracker/monitor';
import { DashboardServer } from '@docker-tracker/monitor/dashboard';
import { DockerTracker, type JobTemplate } from '@docker-tracker/tracker';
import { FakeEngine } from '../fake-engine/index.js';
import { EventReader } from './event-stream.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A dashboard over one session on a fake engine. */
export class FakeRig implements AsyncDisposable {
  readonly fake: FakeEngine;
  readonly tracker: DockerTracker;
  readonly monitor: DockerMonitor;
  readonly server: DashboardServer;
  /** Without the token. */
  readonly url: string;
  readonly token: string | undefined;

  static async open(options: { readonly control?: boolean } = {}): Promise<FakeRig> {
    const fake = await FakeEngine.start();
    const tracker = await DockerTracker.open({ session: 'shown', host: fake.host });
    const monitor = await DockerMonitor.open({ tracker });
    const server = await DashboardServer.listen({ monitor, ...options });
    return new FakeRig(fake, tracker, monitor, server);
  }

  private constructor(fake: FakeEngine, tracker: DockerTracker, monitor: DockerMonitor, server: DashboardServer) {
    this.fake = fake;
    this.tracker = tracker;
    this.monitor = monitor;
    this.server = server;
    const [url = '', token] = server.url.split('#token=');
    this.url = url;
    this.token = token;
  }

  job(more: Partial<JobTemplate> = {}): Promise<string> {
    return this.tracker.addJob({ jobCategory: 'busybox:latest', remoteCommand: 'sleep', args: ['600'], ...more });
  }

  events(headers: Readonly<Record<string, string>> = {}): Promise<EventReader> {
    return EventReader.open(`${this.url}events`, headers);
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask('GET', path, headers);
  }

  /** As the page does it, unless headers say otherwise. */
  control(id: string, action: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const own = { origin: this.url.slice(0, -1), authorization: `Bearer ${this.token ?? ''}` };
    return this.ask('POST', `/jobs/${id}/${action}`, { ...own, ...headers });
  }

  ask(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      const sent = request({ hostname, port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (text += piece));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
        response.once('error', reject);
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.monitor.close();
    await this.tracker.close();
    await this.fake.close();
  }
}
